import { afterEach, describe, expect, test } from "vitest";
import { type ScriptedApi, scriptedApi } from "../../support/cli/scripted-api.ts";
import { lines, sluice } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
afterEach(() => api?.close());

const paused = { intake: "paused", paused_since: "2026-01-01T00:00:00.000Z" } as const;
const health = (queue_size: number, active_jobs: number, intake: object = paused) => ({
  status: 200,
  body: { status: "ok", version: "1", queue_size, active_jobs, ...intake },
});

describe("pause and resume", () => {
  test("report the state of intake and the remaining jobs", async () => {
    api = await scriptedApi(({ body }) => {
      const state = (body as { paused: boolean }).paused
        ? { ...paused, pause_reason: "upgrade" }
        : { intake: "open" };
      return { status: 200, body: { ...state, queue_size: 3, active_jobs: 2 } };
    });
    const { status, out } = await sluice(api.url, "pause", "--reason", "upgrade");
    expect(status).toBe(0);
    expect(out).toBe(
      "Intake is paused since 2026-01-01T00:00:00.000Z: upgrade. 3 queued, 2 running.\n",
    );
    expect((await sluice(api.url, "resume")).out).toBe("Intake is open. 3 queued, 2 running.\n");
    expect(api.asked.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["POST", "/v1/intake", { paused: true, reason: "upgrade" }],
      ["POST", "/v1/intake", { paused: false }],
    ]);
  });
});

describe("drain", () => {
  /** Answers the looks in turn; the last one again and again. */
  const draining = (...looks: ReturnType<typeof health>[]) =>
    scriptedApi(({ method }, nth) =>
      method === "POST"
        ? { status: 200, body: { ...paused, queue_size: 1, active_jobs: 1 } }
        : (looks[nth - 2] ?? looks.at(-1)!),
    );

  test("pauses, reports each change, and ends with 0 when no job is left", async () => {
    api = await draining(health(1, 1), health(0, 1), health(0, 0));
    const { status, out } = await sluice(api.url, "drain", "--json");
    expect(status).toBe(0);
    expect(lines(out).map(({ queue_size, active_jobs }) => [queue_size, active_jobs])).toEqual([
      [1, 1],
      [0, 1],
      [0, 0],
    ]);
    expect(api.asked[0]?.body).toEqual({ paused: true });
  });

  test("ends with 1 after its timeout, and leaves intake paused", async () => {
    api = await draining(health(1, 1));
    const { status, err } = await sluice(api.url, "drain", "--timeout", "1");
    expect(status).toBe(1);
    expect(err).toContain(
      "Jobs are still queued or running after 1 s. They continue. Intake is still paused.",
    );
  });

  test("ends with 1 if someone resumes intake meanwhile", async () => {
    api = await draining(health(5, 1, { intake: "open" }));
    const { status, err } = await sluice(api.url, "drain");
    expect(status).toBe(1);
    expect(err).toContain("Intake was resumed by someone else");
  });
});
