/**
 * One emulator for a whole vitest run, without the app: for the contract
 * suites of adapters.
 *
 * In vitest.config.ts, for the project that needs it:
 *
 *     { test: { name: "contracts", globalSetup: ["test/support/emulator.ts"], … } }
 *
 * In a test:
 *
 *     import { inject } from "vitest";
 *     import { localClient } from "./emulator.ts";
 *
 *     const table = new DynamoDBClient(localClient(inject("endpoint")));
 *
 * It starts in about 2 s on a free port with an empty state, keeps nothing, and
 * waits of state machines are a hundred times shorter. Files share it: make
 * tables, buckets and queues under names of your own (`randomUUID()`).
 * If `AWS_ENDPOINT_URL` is set, that emulator is used and left running.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProvidedContext } from "vitest";
import { environment } from "../../../lambdas/platform/environment.ts";
import { type EmulatorOptions, startEmulator } from "../../../local/emulator/emulator.ts";
import { installEmulator } from "../../../local/emulator/python.ts";
import { emulatorFiles, sluiceFolder, venvFolder } from "../../../ops/paths.ts";

export { localClient } from "../../../ops/aws-client-options.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Base URL of the emulator. */
    endpoint: string;
  }
}

/** How much shorter waits and retries of state machines are in tests. */
const waitScale = 0.01;

/** Functions that a test file uses now and then shall not start anew each time, as they do not on AWS. */
const warmSeconds = 60;

export type TestEmulatorOptions = Pick<EmulatorOptions, "waitScale" | "enforceIam">;

export interface TestEmulator {
  readonly endpoint: string;
  /** Where its state and its log lie. */
  readonly folder: string;
  /** Stops it in order and starts it with the same state at the same address. */
  restart: (options: TestEmulatorOptions) => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * An emulator with an empty state in a temporary folder; `stop` removes both. If `AWS_ENDPOINT_URL`
 * is set, that emulator as it is: waits are not shorter there, and it neither restarts nor stops.
 */
export async function startTestEmulator(options: TestEmulatorOptions = {}): Promise<TestEmulator> {
  const given = environment["AWS_ENDPOINT_URL"];
  if (given) {
    const temporary = mkdtempSync(join(tmpdir(), "sluice-test-"));
    return {
      endpoint: given.replace(/\/+$/, ""),
      folder: temporary,
      restart: async () => {},
      stop: async () => rmSync(temporary, { recursive: true, force: true }),
    };
  }
  const python = await installEmulator({
    venv: venvFolder,
    env: environment,
    logFile: join(sluiceFolder, "pip.log"),
    say: (line) => console.log(line),
  });
  const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
  const start = (chosen: TestEmulatorOptions, port?: number) =>
    startEmulator({
      python,
      files: emulatorFiles(folder),
      env: environment,
      warmSeconds,
      waitScale,
      ...chosen,
      ...(port === undefined ? {} : { port }),
    });
  let emulator = await start(options);
  const { endpoint, port } = emulator;
  return {
    endpoint,
    folder,
    restart: async (chosen) => {
      await emulator.stop();
      emulator = await start({ ...options, ...chosen }, port);
    },
    stop: async () => {
      await emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a global set-up needs of its vitest project. */
export interface Providing {
  provide<Key extends keyof ProvidedContext>(key: Key, value: ProvidedContext[Key]): void;
}

export default async function setup(project: Providing): Promise<() => Promise<void>> {
  const given = environment["AWS_ENDPOINT_URL"];
  if (given) {
    project.provide("endpoint", given);
    return async () => {};
  }
  const emulator = await startTestEmulator();
  project.provide("endpoint", emulator.endpoint);
  return () => emulator.stop();
}
