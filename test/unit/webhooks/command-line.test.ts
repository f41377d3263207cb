import { afterEach, expect, test } from "vitest";
import {
  type ScriptedAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { lines, sluice } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
afterEach(() => api?.close());

const failed = {
  delivery_id: "01JOB-1",
  type: "job.completed",
  job_id: "01JOB",
  document_id: "report",
  url: "https://example.com/hook",
  status: "failed",
  attempts: 8,
  created_at: "2026-01-01T00:00:00.000Z",
  last_error: "example.com answered 500.",
};

const run = async (answer: (url: string) => ScriptedAnswer, ...args: string[]) => {
  api = await scriptedApi(({ url }) => answer(url));
  return sluice(api.url, "webhooks", ...args);
};

test("webhooks lists deliveries with why they failed, and how to send them again", async () => {
  const page = () => ({ status: 200, body: { deliveries: [failed] } });
  const shown = await run(page, "--status", "failed");
  expect(shown.out).toMatch(/01JOB-1 +job\.completed +failed +8 attempts .*answered 500\./);
  expect(shown.err).toContain("webhooks replay --failed");
  expect(api?.asked[0]?.url).toBe("/v1/webhooks/deliveries?limit=20&status=failed");
  await api?.close();
  expect(lines((await run(page, "list", "--json")).out)).toEqual([failed]);
});

test("webhooks replay --failed sends each failed one again", async () => {
  const shown = await run(
    (url) =>
      url.includes("replay")
        ? { status: 202, body: { ...failed, status: "pending" } }
        : { status: 200, body: { deliveries: [failed] } },
    "replay",
    "--failed",
  );
  expect(shown.out).toBe("Sending 01JOB-1 to https://example.com/hook.\n");
  expect(api?.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /v1/webhooks/deliveries?status=failed&limit=100",
    "POST /v1/webhooks/deliveries/01JOB-1/replay",
  ]);
});

test("webhooks replay needs to know which", async () => {
  const shown = await run(() => ({ status: 500, body: {} }), "replay");
  expect(shown).toMatchObject({ status: 2, err: expect.stringContaining("--failed") as string });
});

test("webhooks secret shows it, and --rotate replaces it", async () => {
  const until = "2026-01-02T00:00:00.000Z";
  const answer = () => ({ status: 200, body: { secret: "whsec_a", previous_valid_until: until } });
  const shown = await run(answer, "secret", "--rotate");
  expect(shown.out).toBe("whsec_a\n");
  expect(shown.err).toContain(until);
  expect(api?.asked[0]?.method).toBe("POST");
});
