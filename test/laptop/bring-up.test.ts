import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../cli/client.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { freePort } from "../../local/tcp-ports.ts";
import { type Command, LocalFolder, runCommand } from "../support/cli/command.ts";
import { markdown } from "../support/documents.ts";

const folders: LocalFolder[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

function newFolder(): LocalFolder {
  const folder = new LocalFolder();
  folders.push(folder);
  return folder;
}

function start(folder: LocalFolder, port: number, env: Record<string, string | undefined> = {}) {
  return runCommand("local/start.ts", [], {
    env: { SLUICE_FOLDER: folder.path, SLUICE_PORT: String(port), ...env },
  });
}

type Facts = Record<"api_url" | "api_key" | "endpoint", string>;

function factsOf(folder: LocalFolder): Facts {
  return JSON.parse(readFileSync(join(folder.path, "local.json"), "utf8")) as Facts;
}

/** The emulator leads its own process group; its number is in nobody's file. */
function emulatorPid(folder: LocalFolder): number {
  const [line] = folder.processes().filter((process) => process.includes("emulator.py"));
  return Number(line?.split(" ")[0]);
}

describe("npm start, when it cannot", () => {
  test("names a port that is taken, and what to do", async () => {
    const folder = newFolder().withEmulator();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const command = start(folder, port);
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch(
      `Port ${port} on 127.0.0.1 is in use by another program. Stop it, or use another port: SLUICE_PORT=${port + 10} npm start`,
    );
    expect(folder.processes()).toEqual([]);
    other.close();
  });

  test("says that Python is missing, and builds nothing further", async () => {
    const folder = newFolder();
    const path = join(folder.path, "bin");
    mkdirSync(path);
    const command = start(folder, 0, { PATH: path });
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch(
      "The emulator needs Python 3.11 or later. No Python is on the PATH.",
    );
    expect(command.output()).not.toMatch("    at ");
    expect(await folder.leftAfter(5_000)).toEqual([]);
  });

  test("says that a Python is too old", async () => {
    const folder = newFolder();
    const path = join(folder.path, "bin");
    mkdirSync(path);
    writeFileSync(join(path, "python3"), "#!/bin/sh\necho 3.9\n", { mode: 0o755 });
    const command = start(folder, 0, { PATH: path });
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch("Python 3.11 or later. python3 is Python 3.9.");
  });

  test("makes a broken installation anew, and says that pip has failed, and where its log is", async () => {
    const folder = newFolder();
    mkdirSync(join(folder.path, "venv", "bin"), { recursive: true });
    symlinkSync("/nowhere/python3.9", join(folder.path, "venv", "bin", "python"));
    const unreachable = `http://127.0.0.1:${await freePort()}/simple`;
    const command = start(folder, 0, {
      PIP_INDEX_URL: unreachable,
      PIP_FIND_LINKS: undefined,
      PIP_NO_CACHE_DIR: "1",
      PIP_RETRIES: "0",
    });
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch("Installing the emulator with pip failed");
    expect(command.output()).toMatch(join(folder.path, "pip.log"));
    expect(readFileSync(join(folder.path, "pip.log"), "utf8")).toMatch(unreachable);
    expect(await folder.leftAfter(5_000)).toEqual([]);
  });

  test("names a setting that cannot be used", async () => {
    const folder = newFolder().withEmulator();
    const command = start(folder, 0, { SLUICE_MAX_QUEUED: "many" });
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch("SLUICE_MAX_QUEUED");
    expect(await folder.leftAfter(15_000)).toEqual([]);
  });

  test("says that nothing answers at a given endpoint", async () => {
    const folder = newFolder();
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const command = start(folder, 0, { AWS_ENDPOINT_URL: endpoint });
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch(`Nothing responds at ${endpoint} (AWS_ENDPOINT_URL).`);
  });

  test.for([
    ["while the emulator starts", "", "SIGINT"],
    ["while it deploys", "Started the emulator", "SIGTERM"],
  ] as const)("leaves no process when it is ended %s", async ([, words, signal]) => {
    const folder = newFolder().withEmulator();
    const command = start(folder, 0);
    if (words !== "") await command.says(words);
    else while (!existsSync(join(folder.path, "local", "pid"))) await tick();
    command.process.kill(signal);
    expect(await command.ended).toBe(signal === "SIGINT" ? 130 : 143);
    expect(folder.processes()).toEqual([]);
  });
});

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

describe("npm start", () => {
  const folder = newFolder().withEmulator();
  let port: number;
  let command: Command;
  beforeAll(async () => {
    port = await freePort();
    command = start(folder, port);
    await command.says("Sluice is ready.");
  });
  afterAll(() => {
    command.process.kill("SIGKILL");
  });

  async function jobs(): Promise<Response> {
    const { api_url, api_key } = factsOf(folder);
    return fetch(`${api_url}/jobs`, { headers: { "x-api-key": api_key } });
  }

  test("serves the API at the port it was given, to the key it made", async () => {
    expect(factsOf(folder).api_url).toBe(`http://127.0.0.1:${port}/v1`);
    expect((await jobs()).status).toBe(200);
    const stranger = await fetch(`http://127.0.0.1:${port}/v1/jobs`);
    expect(stranger.status).toBe(403);
  });

  test("leads to the console, and answers other paths in the form of an error", async () => {
    const home = await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" });
    expect([home.status, home.headers.get("location")]).toEqual([302, "/v1/console"]);
    const nowhere = await fetch(`http://127.0.0.1:${port}/v2/jobs`);
    expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { code: "not_found" }]);
  });

  test("is what npm run demo uses meanwhile, for the files that it is given", async () => {
    const file = join(folder.path, "Über Äpfel.md");
    writeFileSync(file, "# Äpfel\n\nDer Boskoop reift spät und lagert bis in den März.\n");
    const demo = runCommand("local/demo.ts", [file], { env: { SLUICE_FOLDER: folder.path } });
    expect([await demo.ended, demo.output()]).toMatchObject([0, expect.anything()]);
    expect(demo.output()).toMatch(`Using the running npm start at ${factsOf(folder).api_url};`);
    expect(demo.output().split("Search:")[1]).toMatch("Boskoop");
    expect((await jobs()).status).toBe(200);
  });

  test("is refused a second time in the same folder", async () => {
    const second = start(folder, await freePort());
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      `npm start is already running (process ${command.process.pid})`,
    );
    expect((await jobs()).status).toBe(200);
  });

  test("keeps what was ingested over an orderly end, and goes on with what ran", async () => {
    const before = factsOf(folder).api_key;
    const client = () => {
      const { api_url, api_key } = factsOf(folder);
      return createClient({ apiUrl: api_url, apiKey: api_key });
    };
    // Long enough to run still when it is stopped.
    const { job_id } = await client().ingest({
      text: markdown({ sections: 600 }),
      content_type: "text/markdown",
      options: { chunking: { max_tokens: 64, overlap_tokens: 0 } },
    });
    for await (const job of client().watch(job_id, { waitSeconds: 1 })) {
      expect(job.terminal).toBe(false);
      if (job.stages.metadata.done > 0) break;
    }
    command.process.kill("SIGINT");
    expect(await command.ended).toBe(0);
    expect(command.output()).toMatch("Unfinished jobs continue at the next start.");
    expect(folder.processes()).toEqual([]);
    expect(existsSync(join(folder.path, "local.json"))).toBe(false);

    command = start(folder, port);
    await command.says("Sluice is ready.");
    expect(factsOf(folder).api_key).toBe(before);
    // Sooner than the first sweep of the schedule.
    await command.says("1 job that was running when Sluice was stopped continues.", 30_000);
    let job: JobAnswer | undefined;
    for await (job of client().watch(job_id));
    expect(job).toMatchObject({ status: "completed", attempt: 2 });
  });

  test("ends with a sentence when the emulator dies", async () => {
    process.kill(emulatorPid(folder), "SIGKILL");
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch("The emulator stopped unexpectedly");
    expect(command.output()).toMatch(join(folder.path, "local", "emulator.log"));
    expect(await folder.leftAfter(2_000)).toEqual([]);
  });

  test("leaves no process behind when it is killed itself, and starts again", async () => {
    command = start(folder, port);
    await command.says("Sluice is ready.");
    // A function process that is alive at that moment.
    expect((await jobs()).status).toBe(200);
    expect(folder.processes().length).toBeGreaterThan(2);
    command.process.kill("SIGKILL");
    expect(await command.ended).toBe(null);
    expect(await folder.leftAfter(20_000)).toEqual([]);

    command = start(folder, port);
    await command.says("Sluice is ready.");
    expect((await jobs()).status).toBe(200);
  });
});
