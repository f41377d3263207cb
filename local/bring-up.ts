/** Starts everything that ingestion needs: emulator, app, key and gateway. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outputs } from "../ops/deployed-stack.ts";
import { LocalFailure } from "../ops/failure.ts";
import { emulatorFiles, sluiceFolder, venvFolder } from "../ops/paths.ts";
import { bootstrap, build, type DeployOptions, deploy } from "./deploy.ts";
import { type Emulator, startEmulator } from "./emulator/emulator.ts";
import { installEmulator } from "./emulator/python.ts";
import { openGateway } from "./gateway.ts";
import { laptopKey } from "./laptop-key.ts";
import { freePort, portIsFree } from "./tcp-ports.ts";

export interface BringUpOptions {
  /** The folder of state, logs and the built app. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The port of the gateway on loopback; 0 picks a free one. */
  readonly port: number;
  readonly say: (line: string) => void;
  /** Aborts the start; everything that was started is stopped. */
  readonly signal: AbortSignal;
}

export interface LocalStack {
  /** For example `http://127.0.0.1:8060/v1`. */
  readonly apiUrl: string;
  readonly consoleUrl: string;
  /** The key of the laptop's own tenant, with the role of an operator. */
  readonly apiKey: string;
  /** Whether an earlier run left state: jobs may have been interrupted. */
  readonly servedBefore: boolean;
  /** The endpoint of all AWS APIs. */
  readonly endpoint: string;
  /** Whether this process started the emulator and stops it. */
  readonly ownEmulator: boolean;
  readonly outputs: Outputs;
  /** Resolves if the emulator ends by itself; never for an external emulator. */
  readonly died: Promise<LocalFailure>;
  /** Stops everything that was started and keeps its state. Safe to repeat. */
  stop(): Promise<void>;
}

/** @throws LocalFailure; nothing is left running then */
export async function bringUp(options: BringUpOptions): Promise<LocalStack> {
  const auth = options.env["SLUICE_AUTH"];
  if (auth && auth !== "key") {
    throw new LocalFailure(
      `SLUICE_AUTH=${auth} is for deployments: npm start makes a key and is called with it. Unset SLUICE_AUTH.`,
    );
  }
  mkdirSync(options.folder, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  };
  try {
    const gateway = await openGateway(options.port);
    stops.push(() => gateway.close());
    const given = options.env["AWS_ENDPOINT_URL"]?.replace(/\/+$/, "");
    const { endpoint, outputs, died } = given
      ? { ...(await onGivenEndpoint(given, options)), died: new Promise<never>(() => {}) }
      : await onOwnEmulator(options, stops);
    gateway.connect(outputs.ApiUrl, given ? undefined : emulatorFiles(options.folder).log);
    const apiUrl = `${gateway.url}/v1`;
    const key = await laptopKey({ endpoint, outputs, folder: options.folder });
    return {
      apiUrl,
      consoleUrl: `${gateway.url}/`,
      apiKey: key.value,
      servedBefore: key.found,
      endpoint,
      ownEmulator: !given,
      outputs,
      died,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function onGivenEndpoint(endpoint: string, options: BringUpOptions) {
  options.say(
    `Using the emulator at ${endpoint} (AWS_ENDPOINT_URL). Sluice does not start or stop it.`,
  );
  const answer = await fetch(endpoint).catch(() => undefined);
  if (answer === undefined) {
    throw new LocalFailure(
      `Nothing responds at ${endpoint} (AWS_ENDPOINT_URL). Start that emulator, or unset AWS_ENDPOINT_URL to let Sluice start one.`,
    );
  }
  await answer.body?.cancel();
  const app = deployOptions(options, options.signal);
  await timed(options, "Built the app", build(endpoint, app));
  await timed(options, "Prepared the emulator for CDK", bootstrap(endpoint));
  const outputs = await timed(options, "Deployed", deploy(endpoint, app));
  return { endpoint, outputs };
}

/** Builds the app while Python installs and starts the emulator. */
async function onOwnEmulator(options: BringUpOptions, stops: (() => Promise<void>)[]) {
  const port = await lastingPort(options.folder);
  const endpoint = `http://127.0.0.1:${port}`;
  // The first failure cancels the other branch and is reported.
  const giveUp = new AbortController();
  const signal = AbortSignal.any([options.signal, giveUp.signal]);
  const app = deployOptions(options, signal);
  const building = timed(options, "Built the app", build(endpoint, app));
  const starting = (async () => {
    const emulator = await start(options, port, signal, stops);
    await timed(options, "Prepared the emulator for CDK", bootstrap(endpoint));
    return emulator;
  })();
  try {
    const [emulator] = await Promise.all([starting, building]);
    const failed = emulator.died.then((failure) => Promise.reject(failure));
    const deploying = timed(options, "Deployed", deploy(endpoint, app));
    const outputs = await Promise.race([deploying, failed]);
    return { endpoint, outputs, died: emulator.died };
  } catch (error) {
    giveUp.abort(error);
    await Promise.allSettled([starting, building]);
    throw error;
  }
}

async function start(
  options: BringUpOptions,
  port: number,
  signal: AbortSignal,
  stops: (() => Promise<void>)[],
): Promise<Emulator> {
  const { env, say, folder } = options;
  const logFile = join(sluiceFolder, "pip.log");
  const python = await installEmulator({ venv: venvFolder, env, logFile, say, signal });
  const files = emulatorFiles(folder);
  const starting = startEmulator({ python, files, port, env, signal });
  const emulator = await timed(options, `Started the emulator on 127.0.0.1:${port}`, starting);
  stops.push(() => emulator.stop());
  return emulator;
}

function deployOptions(options: BringUpOptions, signal: AbortSignal): DeployOptions {
  rmSync(join(options.folder, "deploy.log"), { force: true });
  return { env: options.env, folder: options.folder, say: options.say, signal };
}

/** The port of the last run, if it is free: functions store queue URLs that contain it. */
async function lastingPort(folder: string): Promise<number> {
  const file = join(folder, "port");
  const last = readNumber(file);
  if (last !== undefined && (await portIsFree(last))) return last;
  const port = await freePort();
  writeFileSync(file, `${port}\n`);
  return port;
}

function readNumber(file: string): number | undefined {
  try {
    const number = Number(readFileSync(file, "utf8"));
    return Number.isInteger(number) && number > 0 ? number : undefined;
  } catch {
    return undefined;
  }
}

/** Logs a step and its duration. */
async function timed<T>(options: BringUpOptions, what: string, doing: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await doing;
  options.say(`${what} (${((performance.now() - startedAt) / 1000).toFixed(1)} s).`);
  return result;
}
