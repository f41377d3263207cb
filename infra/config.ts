/** The configuration of a deployment: settings, target and version. */
import { readFileSync } from "node:fs";
import { parseSettings, type Settings } from "../lambdas/platform/settings.ts";

/**
 * `emulator` if `AWS_ENDPOINT_URL` is set: the same template and bundles, without features that no
 * emulator supports.
 */
export type Target =
  | { readonly kind: "aws" }
  | { readonly kind: "emulator"; readonly endpointUrl: string };

export interface Config {
  readonly settings: Settings;
  readonly target: Target;
  /** From package.json; shown by `/v1/health`. */
  readonly version: string;
}

const packageFile = new URL("../package.json", import.meta.url);

/** @throws InvalidSettingsError that names every invalid setting */
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
