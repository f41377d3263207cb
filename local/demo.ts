/**
 * `npm run demo`: ingests `examples/`, or the given files, and searches them. It uses a running
 * `npm start`, or else starts an empty stack and stops it at the end.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "../cli/client.ts";
import { localDeployment } from "../cli/connection.ts";
import { findSources } from "../cli/sources/sources.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { flagsIn, refuseUnknownSettings } from "../ops/command-line.ts";
import { demoFolder, localFolder, lockIn, repository } from "../ops/paths.ts";
import { demonstrate } from "./demonstrate.ts";
import { holderOf } from "./lock.ts";
import { session, tell } from "./session.ts";
import { freePort, gatewayPort, portIsFree } from "./tcp-ports.ts";

const examplesFolder = join(repository, "examples");
const usage = `Usage: npm run demo [-- FILE…]
Ingests examples/, or the files given, with live progress, and searches them.`;

async function demo(): Promise<number> {
  const flags = flagsIn(process.argv.slice(2), usage, []);
  if (flags === undefined) return 0;
  const given = flags.others;
  refuseUnknownSettings(environment);
  const examples = readdirSync(examplesFolder).map((name) => join(examplesFolder, name));
  const files = findSources(given.length > 0 ? given : examples);
  const plan =
    given.length > 0
      ? { files }
      : {
          files,
          queries: [
            "What must a keeper do when the river rises fast at night?",
            "Which repair needs a diver before the end of June?",
            "How much did the barge Perseverance pay?",
          ],
        };

  const running = holderOf(lockIn(localFolder)) === undefined ? undefined : localDeployment();
  if (running !== undefined) {
    console.log(
      `Using the running npm start at ${running.api_url}; the documents of the demo stay there.`,
    );
    const client = createClient({ apiUrl: running.api_url, apiKey: running.api_key });
    return (await demonstrate(client, plan)) ? 0 : 1;
  }
  let satisfied = false;
  const status = await session(
    {
      command: "npm run demo",
      folder: demoFolder,
      // Nobody needs to know this address, so any free port will do.
      port: async () => {
        const usual = gatewayPort(environment);
        return (await portIsFree(usual)) ? usual : freePort();
      },
      fresh: true,
      endless: false,
      say: (line) => console.log(line),
    },
    async ({ apiUrl, apiKey }) => {
      satisfied = await demonstrate(createClient({ apiUrl, apiKey }), plan);
      console.log("\nStopping. To keep Sluice running, use: npm start");
    },
  );
  return status === 0 && !satisfied ? 1 : status;
}

process.exitCode = await demo().catch(tell);
