/** `npm start`: Sluice on this machine, until Ctrl-C. `-- --fresh` forgets what was ingested. */
import { rmSync, writeFileSync } from "node:fs";
import { environment } from "../lambdas/runtime/environment.ts";
import { localFile, localFolder } from "./paths.ts";
import { gatewayPort } from "./ports.ts";
import { session, untilEnded } from "./session.ts";

process.exitCode = await session(
  {
    command: "npm start",
    folder: localFolder,
    port: () => gatewayPort(environment),
    fresh: process.argv.includes("--fresh"),
    endless: true,
    say: (line) => console.log(line),
  },
  async ({ apiUrl, apiKey, consoleUrl, endpoint }, signal) => {
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
    await untilEnded(signal).finally(() => rmSync(localFile, { force: true }));
  },
);
