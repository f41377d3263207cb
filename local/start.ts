/** `npm start`: runs Sluice on this machine until Ctrl-C. `-- --fresh` deletes the state of earlier runs. */
import { rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "../cli/client.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { localClient } from "../ops/aws-client-options.ts";
import { CallFailure, flagsIn, refuseUnknownSettings } from "../ops/command-line.ts";
import { localFile, localFolder } from "../ops/paths.ts";
import type { LocalStack } from "./bring-up.ts";
import {
  resumeInterrupted,
  resumeReportText,
  sweepOnce,
  unknownJobsText,
} from "./resume-interrupted.ts";
import { session, tell, untilEnded } from "./session.ts";
import { gatewayPort } from "./tcp-ports.ts";

const usage = `Usage: npm start [-- --fresh]
Runs Sluice on this machine until Ctrl-C. Ingested documents are kept for the next start.
  --fresh  delete all ingested documents first
  --help   show this
SLUICE_PORT changes the port from 8060. docs/settings.md lists all variables.`;

async function start(): Promise<number> {
  const flags = flagsIn(process.argv.slice(2), usage, ["fresh"]);
  if (flags === undefined) return 0;
  const [other] = flags.others;
  if (other !== undefined) throw new CallFailure(`Unknown argument: ${other}.\n${usage}`);
  refuseUnknownSettings(environment);
  return session(
    {
      command: "npm start",
      folder: localFolder,
      port: () => gatewayPort(environment),
      fresh: flags.set.has("fresh"),
      endless: true,
      say: (line) => console.log(line),
    },
    async (stack, signal) => {
      const { apiUrl, apiKey, consoleUrl, endpoint } = stack;
      const facts = { api_url: apiUrl, api_key: apiKey, console_url: consoleUrl, endpoint };
      rmSync(localFile, { force: true });
      writeFileSync(localFile, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
      console.log(`
Sluice is ready.
  Console  ${consoleUrl}#key=${apiKey}
  API      ${apiUrl}
  Key      ${apiKey}  (also in .sluice/local.json)
Try it in another terminal:  npm run sluice -- ingest README.md --watch
Ctrl-C stops it; what was ingested is kept.`);
      const ended = untilEnded(signal).finally(() => rmSync(localFile, { force: true }));
      if (stack.servedBefore) void resumeJobs(stack, signal);
      await ended;
    },
  );
}

/** Runs in the background. A failure here does not end the session. */
async function resumeJobs({ apiUrl, apiKey, endpoint }: LocalStack, signal: AbortSignal) {
  try {
    const client = createClient({ apiUrl, apiKey });
    const report = await resumeInterrupted({
      client,
      sweep: () => sweepOnce(localClient(endpoint)),
      // Sweep runs every minute. The unreferenced timer does not keep the process alive.
      scheduledSweep: () => pause(70_000, undefined, { signal, ref: false }),
    });
    for (const line of resumeReportText(report)) console.log(line);
  } catch (error) {
    if (signal.aborted) return;
    for (const line of unknownJobsText(error)) console.error(line);
  }
}

process.exitCode = await start().catch(tell);
