/** The configuration of a deployment: settings, stack, target and version. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  InvalidSettingsError,
  parseSettings,
  type Settings,
  settingNames,
} from "../lambdas/platform/settings.ts";
import { configFileName, loadConfigFile, type SluiceConfig } from "./settings/config-file.ts";

/**
 * `emulator` if `AWS_ENDPOINT_URL` is set: the same template and bundles, without features that no
 * emulator supports.
 */
export type Target =
  | { readonly kind: "aws" }
  | {
      readonly kind: "emulator";
      readonly endpointUrl: string;
      /**
       * `provided` starts the machine's own Node; `nodejs` is AWS's runtime, for emulators that run
       * functions in AWS's images.
       */
      readonly runtime: "provided" | "nodejs";
    };

type Environment = Readonly<Record<string, string | undefined>>;

export interface Config {
  readonly settings: Settings;
  /** The settings that the file or an environment variable sets; the others have their defaults. */
  readonly given: ReadonlySet<string>;
  /** Settings that the file accepts as changed, whatever is deployed. */
  readonly accepted: ReadonlySet<string>;
  readonly stackName: string;
  readonly target: Target;
  /** From package.json; shown by `/v1/health`. */
  readonly version: string;
}

const packageFile = new URL("../package.json", import.meta.url);

/**
 * Environment variables replace the settings of the stage, and those replace the settings of the
 * whole file.
 * @param stage one of the file's stages @default the file without its stages
 * @throws InvalidSettingsError that names every invalid setting
 */
export function readConfig(
  environment: Environment,
  file: SluiceConfig = {},
  stage?: string,
): Config {
  const endpointUrl = environment["AWS_ENDPOINT_URL"];
  const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
  const chosen = chosenStage(file, stage);
  const inFile: Readonly<Record<string, unknown>> = { ...file, ...chosen };
  const variables = Object.fromEntries(
    settingNames.map((name) => [
      `SLUICE_${name}`,
      environment[`SLUICE_${name}`] || asVariable(inFile[name]),
    ]),
  );
  const settings = parsedSettings(variables, environment);
  if (!endpointUrl && settings.WEBHOOKS_ALLOW_LOOPBACK === "true") {
    throw new InvalidSettingsError(
      "SLUICE_WEBHOOKS_ALLOW_LOOPBACK=true is for a laptop: on AWS it would open the functions' own runtime to webhooks. Remove it.",
    );
  }
  if (!endpointUrl && settings.JWT_ISSUER?.startsWith("http:")) {
    throw new InvalidSettingsError(
      "SLUICE_JWT_ISSUER is http://127.0.0.1, which functions on AWS cannot reach. Name the issuer by its https URL.",
    );
  }
  return {
    settings,
    given: new Set(settingNames.filter((name) => variables[`SLUICE_${name}`] !== undefined)),
    accepted: new Set([...(file.accept ?? []), ...(chosen.accept ?? [])]),
    stackName: stackNameOf(environment, file, stage),
    target: endpointUrl
      ? {
          kind: "emulator",
          endpointUrl: endpointUrl.replace(/\/+$/, ""),
          runtime: environment["SLUICE_EMULATOR"] === "localstack" ? "nodejs" : "provided",
        }
      : { kind: "aws" },
    version,
  };
}

/**
 * {@link readConfig} with the project's file: `sluice.config.ts`, or the file that `SLUICE_CONFIG`
 * names; `none` reads no file.
 * @param stage @default `SLUICE_STAGE`
 * @throws InvalidSettingsError
 */
export async function loadConfig(environment: Environment, stage?: string): Promise<Config> {
  const path = environment["SLUICE_CONFIG"] || join(import.meta.dirname, "..", configFileName);
  const file = path === "none" ? {} : await loadConfigFile(path);
  return readConfig(environment, file, stage ?? (environment["SLUICE_STAGE"] || undefined));
}

function chosenStage(file: SluiceConfig, stage: string | undefined) {
  const names = Object.keys(file.stages ?? {});
  if (stage === undefined && names.length === 0) return {};
  const found = stage === undefined ? undefined : file.stages?.[stage];
  if (found !== undefined) return found;
  const choice =
    names.length === 0
      ? `${configFileName} has no stages. Add \`stages: { ${stage}: {} }\` to it.`
      : `Choose one of ${configFileName}: ${names.map((name) => `--stage ${name}`).join(" or ")} (with cdk: -c stage=${names[0]}).`;
  throw new InvalidSettingsError(
    stage === undefined ? `No stage is chosen. ${choice}` : `There is no stage ${stage}. ${choice}`,
  );
}

function stackNameOf(environment: Environment, file: SluiceConfig, stage?: string): string {
  const project = file.stack ?? "Sluice";
  const own = stage === undefined ? file.stack : file.stages?.[stage]?.stack;
  const fromFile = own ?? (stage === undefined ? undefined : `${project}-${stage}`);
  const asked = environment["SLUICE_STACK"] || undefined;
  if (asked !== undefined && fromFile !== undefined && asked !== fromFile) {
    throw new InvalidSettingsError(
      `SLUICE_STACK is ${asked}, but ${configFileName} names the stack ${fromFile}. Unset SLUICE_STACK, or choose another stage.`,
    );
  }
  return fromFile ?? asked ?? project;
}

/** As an environment variable has it. */
function asVariable(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Names a setting as it was given: as a variable, or as an entry of the file. */
function parsedSettings(variables: Environment, environment: Environment): Settings {
  try {
    return parseSettings(variables);
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    const message = error.message.replaceAll(/SLUICE_([A-Z_]+)/g, (variable, name: string) =>
      variables[variable] !== undefined && !environment[variable]
        ? `${name} in ${configFileName}`
        : variable,
    );
    throw new InvalidSettingsError(message);
  }
}
