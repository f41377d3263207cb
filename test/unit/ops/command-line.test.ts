import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { environment } from "../../../lambdas/platform/environment.ts";
import { settingNames } from "../../../lambdas/platform/settings.ts";
import { refuseUnknownSettings } from "../../../ops/command-line.ts";

const root = join(import.meta.dirname, "../../..");

function run(script: string, args: readonly string[], set: Readonly<Record<string, string>> = {}) {
  // Without Python on the path none of them could bring anything up.
  const env = { PATH: "/nowhere", SLUICE_FOLDER: join(tmpdir(), "sluice-nothing-runs-here") };
  return new Promise<{ status: number; said: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(root, script), ...args],
      { cwd: root, env: { ...env, ...set } },
      (error, out, err) =>
        resolve({ status: error === null ? 0 : Number(error.code), said: out + err }),
    );
  });
}

describe("npm start and npm run demo", () => {
  test.each(["local/start.ts", "local/demo.ts"])(
    "%s with --help say how to call them",
    async (script) => {
      expect(await run(script, ["--help"])).toEqual({
        status: 0,
        said: expect.stringMatching(/^Usage: npm (start|run demo)/) as string,
      });
    },
  );

  test.each([
    ["local/start.ts", "--frsh"],
    ["local/demo.ts", "--bogus"],
  ])("%s with %s bring nothing up, name it, and end with 2", async (script, option) => {
    const { status, said } = await run(script, [option]);
    expect([status, said]).toEqual([
      2,
      expect.stringContaining(`Unknown option '${option}'.\nUsage:`),
    ]);
  });

  test("npm start takes no files", async () => {
    expect(await run("local/start.ts", ["README.md"])).toMatchObject({ status: 2 });
  });
});

test.each(["local/start.ts", "local/demo.ts", "scripts/deploy.ts"])(
  "%s names an unknown setting, and the closest known one",
  async (script) => {
    const { status, said } = await run(script, [], { SLUICE_MAX_QUEUE: "7" });
    expect(status).toBe(1);
    expect(said).toContain("SLUICE_MAX_QUEUE is not a setting. Did you mean SLUICE_MAX_QUEUED?");
    expect(said).not.toContain("    at ");
  },
);

test("every setting, what the laptop and the command line read, and other programs' variables pass", () => {
  const ours = [
    "PORT",
    "FOLDER",
    "API_URL",
    "API_KEY",
    "STACK",
    "STAGE",
    "CONFIG",
    "EMULATOR",
  ].concat(settingNames);
  const set = Object.fromEntries(ours.map((name) => [`SLUICE_${name}`, "x"]));
  expect(() => refuseUnknownSettings({ ...environment, ...set, SLUICEGATE: "x" })).not.toThrow();
  expect(() => refuseUnknownSettings({ SLUICE_MAX_QUEUE: "" })).not.toThrow();
});
