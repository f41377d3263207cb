import { afterAll, expect, inject, test } from "vitest";
import { createClient } from "../../cli/client.ts";
import { logsOf } from "../../cli/deployment/logs.ts";
import { checkApi } from "../../cli/doctor/api.ts";
import { checkStack } from "../../cli/doctor/stack.ts";
import { callApi } from "../support/api.ts";
import { newKey } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";

const app = inject("app");
const operator = createClient(app);
afterAll(() => operator.intake({ paused: false }));

test("a paused deployment refuses documents of every tenant until an operator resumes", async () => {
  const apiKey = await newKey(app, { tenant: "paused", role: "tenant" });
  const tenant = createClient({ ...app, apiKey });
  await expect(tenant.intake({ paused: true })).rejects.toMatchObject({ code: "forbidden" });

  expect(await operator.intake({ paused: true, reason: "upgrade" })).toMatchObject({
    intake: "paused",
    pause_reason: "upgrade",
  });
  await expect(tenant.ingest({ text: "A note." })).rejects.toMatchObject({
    status: 503,
    code: "unavailable",
    retryAfterSeconds: 30,
    message: expect.stringContaining("Intake is paused (upgrade)") as string,
  });
  expect((await tenant.jobs()).jobs).toEqual([]);
  expect(await tenant.health()).toMatchObject({ intake: "paused", pause_reason: "upgrade" });

  expect(await operator.intake({ paused: false })).toMatchObject({ intake: "open" });
  expect(await tenant.ingest({ text: "A note." })).toMatchObject({ status: "queued" });
});

test("a request to pause that says something else is refused, with the place", async () => {
  const answer = await callApi(app, "POST", "/intake", { body: { paused: "yes" } });
  expect([answer.status, answer.body]).toMatchObject([
    400,
    { code: "invalid_request", issues: [{ path: "paused" }] },
  ]);
});

test("the doctor examines a deployment that is well, and finds it so", async () => {
  const apiKey = await newKey(app, { tenant: "examined", role: "operator" });
  const { version } = await operator.health();
  const findings = [
    ...(await checkApi(createClient({ ...app, apiKey }), version, true)),
    ...(await checkStack(localClient(app.endpoint), true)),
  ];
  // What others of this run do to the shared deployment, queue and alarms may tell of.
  const verdictOf = new Map(findings.map(({ check, verdict }) => [check, verdict]));
  const own = ["api", "role", "version", "intake", "embedding model", "jobs", "stack"];
  expect(own.map((check) => [check, verdictOf.get(check)])).toEqual(
    own.map((check) => [check, "ok"]),
  );
  expect([...verdictOf.keys()]).toEqual(
    expect.arrayContaining(["queue", "progress", "dead letters", "breaker llm", "alarms"]),
  );
});

test("the log lines of a job are collected from the functions that worked on it", async () => {
  const submittedMs = Date.now();
  const { job_id } = await operator.ingest({ text: "The lamp was lit at dusk." });
  for await (const job of operator.watch(job_id)) expect(job.status).not.toBe("failed");
  const query = { jobId: job_id, fromMs: submittedMs - 60_000, untilMs: Date.now() + 60_000 };
  const lines = await logsOf(localClient(app.endpoint), query);
  expect(lines.length).toBeGreaterThan(0);
  for (const { text, step } of lines) {
    expect(text).toContain(job_id);
    expect(step).toMatch(/^[a-z]+$/);
  }
  const other = await logsOf(localClient(app.endpoint), { ...query, jobId: "01NOSUCHJOB" });
  expect(other).toEqual([]);
});
