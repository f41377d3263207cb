/** The generated clients, compiled and packed as they are published, against the deployed API. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, inject, test } from "vitest";
import type * as client from "../../../client/typescript/index.ts";
import { environment } from "../../../lambdas/platform/environment.ts";
import { newKey } from "../../support/deployment/app.ts";

const app = inject("app");
const root = join(import.meta.dirname, "../../..");
const run = promisify(execFile);
let apiKey: string;
beforeAll(async () => {
  apiKey = await newKey(app);
});

test("the TypeScript client, compiled, takes a document the whole way", async () => {
  const folder = join(root, "client/typescript");
  await run(process.execPath, [join(folder, "node_modules/typescript/bin/tsc"), "-p", folder]);
  const { createSluiceClient } = (await import(
    pathToFileURL(join(folder, "dist/index.js")).href
  )) as typeof client;
  const api = createSluiceClient({ apiUrl: app.apiUrl, apiKey });
  const body = { text: "Everyone has 30 days of leave a year.", document_id: "handbook" };
  const accepted = await api.POST("/ingest", { body });
  expect(accepted.error).toBeUndefined();
  const path = { id: accepted.data?.job_id ?? "" };
  let job = await api.GET("/jobs/{id}", { params: { path } });
  while (job.data !== undefined && !job.data.terminal) {
    const query = { wait_seconds: 10, after_version: job.data.version };
    job = await api.GET("/jobs/{id}", { params: { path, query } });
  }
  expect(job.data?.status).toBe("completed");
  const filter = { document_id: "handbook" };
  const found = await api.POST("/search", { body: { query: "days of leave", filter } });
  expect(found.data?.results[0]?.text).toBe(body.text);
  const wrong = await api.GET("/documents/{id}", { params: { path: { id: "none" } } });
  expect(wrong.error?.code).toBe("not_found");
});

test("the Python client, generated and packed, takes a document the whole way", async () => {
  const { stdout } = await run(process.execPath, [join(root, "scripts/python-client.ts")], {
    env: environment,
  });
  const wheel = /dist\/python\/\S+\.whl/.exec(stdout)?.[0] ?? "";
  const venv = join(root, "dist/python/venv");
  await run("python3", ["-m", "venv", venv]);
  const python = join(venv, "bin/python");
  await run(python, ["-m", "pip", "install", "--quiet", join(root, wheel)]);
  const found = await run(python, [join(import.meta.dirname, "way.py")], {
    env: { ...environment, SLUICE_API_URL: app.apiUrl, SLUICE_API_KEY: apiKey },
  });
  expect(found.stdout).toBe("Everyone has 30 days of leave a year.");
});
