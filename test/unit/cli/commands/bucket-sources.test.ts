import { afterEach, expect, test } from "vitest";
import type { SourceAnswer } from "../../../../lambdas/contract/calls/sources.ts";
import { type ScriptedApi, scriptedApi } from "../../../support/cli/scripted-api.ts";
import { lines, sluice as run } from "../../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
afterEach(() => api?.close());

const sluice = (...args: string[]) => run(api?.url ?? "http://127.0.0.1:9", ...args);

const source: SourceAnswer = {
  source_id: "handbook",
  bucket: "acme-files",
  prefix: "handbook/",
  status: "active",
  objects: {
    total: 50_000,
    stored: 12_400,
    waiting: 37_587,
    working: 10,
    removing: 0,
    failed: 3,
  },
  sync: { status: "done", listed: 50_000 },
};

test("sources shows the progress of each bucket that is followed", async () => {
  api = await scriptedApi(() => ({ status: 200, body: { sources: [source] } }));
  const { out } = await sluice("sources");
  expect(out).toBe(
    "handbook  s3://acme-files/handbook/  12,400 of 50,000 stored, 10 in progress, 3 failed\n",
  );
  expect(lines((await sluice("sources", "--json")).out)).toEqual([source]);
});

test("sources pause, resume and sync change one of them", async () => {
  const paused = { ...source, status: "paused", paused_since: "2026-11-30T10:00:00.000Z" };
  api = await scriptedApi(({ url }) => ({
    status: 200,
    body: url.endsWith("/pause") ? paused : source,
  }));
  expect((await sluice("sources", "pause", "handbook")).out).toContain(
    "paused since 2026-11-30T10:00:00.000Z",
  );
  expect((await sluice("sources", "resume", "handbook")).out).not.toContain("paused");
  await sluice("sources", "sync", "handbook");
  expect(api.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(
    ["pause", "resume", "sync"].map((action) => `POST /v1/sources/handbook/${action}`),
  );
});

test("sources failed lists the objects with their reasons, and says how to retry their jobs", async () => {
  const object = {
    key: "handbook/leave.pdf",
    document_id: "handbook:leave.pdf",
    status: "failed",
    job_id: "01JOB",
    error: { code: "invalid_document", message: "It is no PDF.", at: "2026-11-30T10:00:00.000Z" },
  };
  api = await scriptedApi(() => ({ status: 200, body: { objects: [object] } }));
  const { out, err } = await sluice("sources", "failed", "handbook", "--limit", "5");
  expect(out).toMatch(/handbook\/leave\.pdf +invalid_document +It is no PDF\. +01JOB/);
  expect(err).toContain("retry <job-id>");
  expect(api.asked[0]?.url).toMatch(/^\/v1\/sources\/handbook\/objects\?limit=5/);
});
