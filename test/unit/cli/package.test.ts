import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environment } from "../../../lambdas/platform/environment.ts";
import { repository } from "../../../ops/paths.ts";
import manifest from "../../../package.json" with { type: "json" };
import { accepted, scriptedApi } from "../../support/cli/scripted-api.ts";

const run = promisify(execFile);
/** The repository's Node first, also where the tests were not started by npm. */
const PATH = [dirname(process.execPath), environment["PATH"]].join(delimiter);

let folder: string;
let sluice: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-package-"));
  const env = { ...environment, PATH };
  const pack = ["pack", join(repository, "cli"), "--pack-destination", folder];
  await run("npm", pack, { cwd: repository, env });
  const file = join(folder, `sluice-${manifest.version}.tgz`);
  const prefix = join(folder, "prefix");
  const install = ["install", "--global", "--offline", "--no-audit", "--prefix", prefix, file];
  await run("npm", install, { cwd: folder, env });
  sluice = join(prefix, "bin/sluice");
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the packed command line, installed without a network, runs outside of the repository", async () => {
  const { stdout } = await run(sluice, ["--help"], { cwd: folder, env: { PATH } });
  expect(stdout).toContain("Usage: sluice [options] [command]");
  const installed = readdirSync(join(folder, "prefix/lib/node_modules"));
  expect(installed).toEqual(["sluice"]);
});

test("it sends a document, and names its commands as they are typed", async () => {
  const api = await scriptedApi(() => ({ status: 202, body: accepted }));
  writeFileSync(join(folder, "report.md"), "# Report");
  const env = { PATH, SLUICE_API_URL: api.url, SLUICE_API_KEY: "k" };
  const { stderr } = await run(sluice, ["ingest", "report.md"], { cwd: folder, env });
  await api.close();
  expect(stderr).toBe("report.md: queued as job 01JOB. Follow it: sluice job 01JOB --watch\n");
  expect(api.asked[0]?.body).toMatchObject({ text: "# Report", document_id: "report.md" });
});

test("it finds a stack of npm start in the current folder, and loads the AWS clients on demand", async () => {
  const local = { api_url: "http://127.0.0.1:9/v1", api_key: "k", endpoint: "http://127.0.0.1:9" };
  const failed = await run(sluice, ["keys", "list"], { cwd: folder, env: { PATH } }).catch(
    (error: { code: number; stderr: string }) => error,
  );
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining("add --aws") as string });
  writeFileSync(join(folder, "local.json"), JSON.stringify(local));
  const env = { PATH, SLUICE_FOLDER: folder };
  const unreachable = await run(sluice, ["keys", "list"], { cwd: folder, env }).catch(
    (error: { code: number; stderr: string }) => error,
  );
  expect(unreachable).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^The keys could not be read: .*ECONNREFUSED/s) as string,
  });
});

test("it serves MCP, and ends when its client goes", async () => {
  const env = { PATH, SLUICE_API_URL: "http://127.0.0.1:9", SLUICE_API_KEY: "k" };
  const running = run(sluice, ["mcp"], { cwd: folder, env });
  const initialize = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    },
  };
  running.child.stdin?.end(`${JSON.stringify(initialize)}\n`);
  const { stdout } = await running;
  expect(JSON.parse(stdout)).toMatchObject({
    id: 1,
    result: { serverInfo: { name: "sluice", version: manifest.version } },
  });
});
