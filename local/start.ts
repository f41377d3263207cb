/** `npm start`: Sluice on this machine, until Ctrl-C. `-- --fresh` forgets what was ingested. */
import { rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "../cli/client.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { localClient } from "../ops/aws-client-options.ts";
import { CallFailure, flagsIn, refuseUnknownSettings } from "../ops/command-line.ts";
import { localFile, localFolder } from "../ops/paths.ts";
import type { LocalStack } from "./bring-up.ts";
import { goOn, sweepOnce, unseenText, wentOnText } from "./resume-interrupted.ts";
import { session, tell, untilEnded } from "./session.ts";
import { gatewayPort } from "./tcp-ports.ts";

const usage = `Usage: npm start [-- --fresh]
Brings Sluice up on this machine, until Ctrl-C; what was ingested is there at the next start.
  --fresh  forget what was ingested
  --help   show this
SLUICE_PORT moves it from port 8060; README.md, Settings, lists the other variables.`;

async function start(): Promise<number> {
  const flags = flagsIn(process.argv.slice(2), usage, ["fresh"]);
  if (flags === undefined) return 0;
  const [other] = flags.others;
  if (other !== undefined) throw new CallFailure(`It takes no ${other}.\n${usage}`);
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

/** Beside what a person does meanwhile; that it fails ends nothing. */
async function resumeJobs({ apiUrl, apiKey, endpoint }: LocalStack, signal: AbortSignal) {
  try {
    const client = createClient({ apiUrl, apiKey });
    const went = await goOn({
      client,
      sweep: () => sweepOnce(localClient(endpoint)),
      // It is due every minute; waiting for it keeps nothing from ending.
      scheduledSweep: () => pause(70_000, undefined, { signal, ref: false }),
    });
    for (const line of wentOnText(went)) console.log(line);
  } catch (error) {
    if (signal.aborted) return;
    for (const line of unseenText(error)) console.error(line);
  }
}

process.exitCode = await start().catch(tell);
