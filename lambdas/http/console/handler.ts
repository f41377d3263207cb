import { readdirSync, readFileSync } from "node:fs";
import type { ConsoleSignIn } from "../../contract/console-sign-in.ts";
import { deployment } from "../../platform/deployment.ts";
import { log } from "../../platform/log.ts";
import { httpHandler } from "../http-handler.ts";
import { servePage } from "./serve.ts";
import { consoleSignIn } from "./sign-in.ts";

/** `infra/bundling/page.ts` puts this file beside the bundle. */
const folder = new URL("./assets/", import.meta.url);
const assets = new Map(
  readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]),
);
const uploadOrigin = deployment.endpoint ?? deployment.resource("UPLOAD_ORIGIN");
let known: ConsoleSignIn | undefined;

export const handler = httpHandler({
  // Links carry parameters that mean nothing to the page.
  query: "ignored",
  answer: async ({ path }) => {
    const file = path["file"];
    if (file === undefined) known ??= await signIn();
    return servePage(assets, file, uploadOrigin, known);
  },
});

/** A page without it still takes a token. The next page asks again. */
async function signIn(): Promise<ConsoleSignIn | undefined> {
  try {
    return await consoleSignIn(deployment.settings);
  } catch (error) {
    log.warn("no sign-in", { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
