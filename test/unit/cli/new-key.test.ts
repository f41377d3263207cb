import { afterEach, expect, test } from "vitest";
import { createClient } from "../../../cli/client.ts";
import { untilKeyIsKnown } from "../../../cli/new-key.ts";
import { type ScriptedApi, scriptedApi } from "../../support/cli/scripted-api.ts";

let api: ScriptedApi;
afterEach(() => api.close());

const page = { status: 200, body: { documents: [] } };
const refused = {
  status: 403,
  body: { error: "The API key is unknown.", code: "forbidden", request_id: "r" },
};

/** With time that passes only while it waits. */
async function wait(answers: (nth: number) => typeof page | typeof refused): Promise<number> {
  api = await scriptedApi((_, nth) => answers(nth));
  let nowMs = 0;
  const sleep = (ms: number) => Promise.resolve((nowMs += ms));
  await untilKeyIsKnown(createClient({ apiUrl: api.url, apiKey: "new" }), {
    now: () => nowMs,
    sleep,
  });
  return nowMs;
}

test("a new key is known when three calls in a row are answered", async () => {
  // The fourth call meets a machine that does not know it yet.
  const waitedMs = await wait((nth) => (nth <= 2 || nth === 4 ? refused : page));
  expect(api.asked).toHaveLength(7);
  expect(waitedMs).toBe(6_000);
});

test("a key that is refused for two minutes is an error that says so", async () => {
  await expect(wait(() => refused)).rejects.toMatchObject({ name: "ApiError", status: 403 });
  expect(api.asked.length).toBeGreaterThan(10);
});

test("another error than a refusal is thrown at once", async () => {
  const broken = { status: 503, body: { ...refused.body, code: "unavailable" } };
  await expect(wait(() => broken)).rejects.toMatchObject({ name: "ApiError", status: 503 });
  expect(api.asked).toHaveLength(1);
});
