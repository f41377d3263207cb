/** Which deployment the command line speaks to. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { environment } from "../lambdas/platform/environment.ts";
import { localClient, type Reach } from "../ops/aws-client-options.ts";
import { localFile } from "../ops/paths.ts";
import { baseUrl } from "./client.ts";
import { UsageError } from "./errors.ts";

const localSchema = z.object({
  api_url: z.url(),
  api_key: z.string().min(1),
  endpoint: z.url(),
});

export interface Connection {
  readonly apiUrl: string;
  readonly apiKey: string;
}

/**
 * `SLUICE_API_URL` and `SLUICE_API_KEY` if they are set, else what `npm start` left.
 * Never one of each: a laptop's key is no business of another server.
 * @throws UsageError
 */
export function connection(): Connection {
  const apiUrl = environment["SLUICE_API_URL"];
  const apiKey = environment["SLUICE_API_KEY"];
  if (apiUrl && apiKey) {
    if (!URL.canParse(apiUrl)) throw new UsageError(`SLUICE_API_URL is no URL: ${apiUrl}`);
    return { apiUrl, apiKey };
  }
  if (apiUrl || apiKey) {
    throw new UsageError("Set both SLUICE_API_URL and SLUICE_API_KEY, or neither.");
  }
  const local = localDeployment();
  if (local === undefined) {
    throw new UsageError(
      "No deployment to speak to. Run `npm start` in another terminal, or set SLUICE_API_URL and SLUICE_API_KEY.",
    );
  }
  return { apiUrl: local.api_url, apiKey: local.api_key };
}

/** Whether {@link connection} is what `npm start` runs here, whichever way it was named. */
export function isLocal(): boolean {
  const local = localDeployment();
  const named = environment["SLUICE_API_URL"];
  return local !== undefined && (!named || baseUrl(named) === baseUrl(local.api_url));
}

/** A command that calls AWS itself, as it must be typed to get to the deployment it is about. */
export function commandFor(local: boolean, command: string): string {
  return `npm run sluice -- ${command}${local ? "" : " --aws"}`;
}

/**
 * How AWS's own calls reach the deployment: the emulator of `npm start`, or the
 * account of the caller's credentials, and never the latter by accident.
 * @throws UsageError
 */
export function reach(aws: boolean): Reach {
  if (aws) return {};
  const local = localDeployment();
  if (local !== undefined) return localClient(local.endpoint);
  throw new UsageError(
    "`npm start` is not running here. For the account of your AWS credentials, say --aws.",
  );
}

/** What runs on this machine by `npm start`, which writes the file and takes it away when it ends. */
export function localDeployment(): z.infer<typeof localSchema> | undefined {
  let text: string;
  try {
    text = readFileSync(localFile, "utf8");
  } catch {
    return undefined;
  }
  try {
    return localSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`${localFile} cannot be read. Run \`npm start\` again; it writes it.`);
  }
}
