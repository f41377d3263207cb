import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  accepted,
  jobAnswer,
  type ScriptedAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { commandLine, reaching } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-interrupt-"));
  for (const name of ["a.md", "b.md"]) writeFileSync(join(folder, name), "Text.");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => api?.close());

/** Presses Ctrl-C as soon as each of the jobs has been looked at; it comes twice, as npm passes it on too. */
async function interrupted(args: readonly string[], jobIds: readonly string[]) {
  const looked = new Set<string>();
  let sent = 0;
  let pressed = false;
  api = await scriptedApi(({ method, url }): ScriptedAnswer => {
    if (method === "POST") {
      return { status: 202, body: { ...accepted, job_id: jobIds[sent++] ?? "none" } };
    }
    const job_id = jobIds.find((id) => url.includes(id)) ?? "none";
    looked.add(job_id);
    if (looked.size === jobIds.length && !pressed) {
      pressed = true;
      setTimeout(() => [1, 2].forEach(() => command.kill("SIGINT")), 100);
    }
    return { status: 200, body: jobAnswer({ job_id, status: "processing" }) };
  });
  const command = spawn(process.execPath, [commandLine, ...args], {
    cwd: folder,
    env: reaching(api.url),
  });
  let err = "";
  command.stderr.setEncoding("utf8").on("data", (piece: string) => (err += piece));
  const status = await new Promise((resolve) => command.once("close", resolve));
  return { status, err };
}

describe("Ctrl-C while a job is followed says that it goes on, how to follow it, and ends with 130", () => {
  test.each([
    ["ingest", ["ingest", "a.md", "--watch"]],
    ["job", ["job", "01ONE", "--watch"]],
    ["retry", ["retry", "01ONE", "--watch"]],
    ["job, for machines", ["job", "01ONE", "--watch", "--json"]],
  ])("%s", async (_, args) => {
    const { status, err } = await interrupted(args, ["01ONE"]);
    expect([status, err]).toEqual([
      130,
      expect.stringMatching(
        /The job continues\. Follow it again with:\n {2}npm run sluice -- job 01ONE --watch\n$/,
      ) as string,
    ]);
  });

  test("ingest of several files", async () => {
    const { status, err } = await interrupted(
      ["ingest", "a.md", "b.md", "--watch"],
      ["01ONE", "01TWO"],
    );
    expect(status).toBe(130);
    expect(err).toContain("2 jobs continue. Follow them again with:\n");
    for (const id of ["01ONE", "01TWO"]) expect(err).toContain(`-- job ${id} --watch\n`);
  });
});
