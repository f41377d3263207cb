/** What a deployment is made of: its settings, where it goes, and which version it is. */
import { readFileSync } from "node:fs";
import { parseSettings, type Settings } from "../lambdas/platform/settings.ts";

/**
 * `emulator` when `AWS_ENDPOINT_URL` is set: the same template and the same
 * bundles, without what no emulator has.
 */
export type Target =
  | { readonly kind: "aws" }
  | { readonly kind: "emulator"; readonly endpointUrl: string };

export interface Config {
  readonly settings: Settings;
  readonly target: Target;
  /** Of package.json; `/v1/health` shows it. */
  readonly version: string;
}

const packageFile = new URL("../package.json", import.meta.url);

/** @throws InvalidSettingsError that names every wrong setting. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const endpointUrl = environment["AWS_ENDPOINT_URL"];
  const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
  return {
    settings: parseSettings(environment),
    target: endpointUrl
      ? { kind: "emulator", endpointUrl: endpointUrl.replace(/\/+$/, "") }
      : { kind: "aws" },
    version,
  };
}
