/** The configuration of a deployment: settings, stack, target and version. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  InvalidSettingsError,
  parseSettings,
  type Settings,
  settingNames,
} from "../lambdas/platform/settings.ts";
import {
  configFileName,
  loadConfigFile,
  type SluiceConfig,
  stackOfStage,
} from "./settings/config-file.ts";
import { refusedOnAws } from "./settings/refused-on-aws.ts";

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
 * @param name what errors call the file
 * @throws InvalidSettingsError that names every invalid setting
 */
export function readConfig(
  environment: Environment,
  file: SluiceConfig = {},
  stage?: string,
  name = configFileName,
): Config {
  const endpointUrl = environment["AWS_ENDPOINT_URL"];
  const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
  const chosen = chosenStage(file, stage);
  const inFile: Readonly<Record<string, unknown>> = { ...file, ...chosen };
  const variables = Object.fromEntries(
    settingNames.map((one) => [
      `SLUICE_${one}`,
      environment[`SLUICE_${one}`] || asVariable(inFile[one]),
    ]),
  );
  /** Names a setting as it was given: as a variable, or as an entry of the file. */
  const asGiven = (message: string) =>
    message.replaceAll(
      /SLUICE_([A-Z_]+)((?:\.\w+)*)/g,
      (variable: string, one: string, path: string) =>
        variables[`SLUICE_${one}`] !== undefined && !environment[`SLUICE_${one}`]
          ? `${one}${path} in ${name}`
          : variable,
    );
  const settings = parsedSettings(variables, asGiven);
  const refused = endpointUrl ? undefined : refusedOnAws(settings);
  if (refused !== undefined) throw new InvalidSettingsError(asGiven(refused));
  return {
    settings,
    given: new Set(settingNames.filter((one) => variables[`SLUICE_${one}`] !== undefined)),
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
  const named = environment["SLUICE_CONFIG"];
  const path = named || join(import.meta.dirname, "..", configFileName);
  if (named && named !== "none" && !existsSync(named)) {
    throw new InvalidSettingsError(
      `SLUICE_CONFIG names ${resolve(named)}, and there is no such file. Correct it, or unset it for ${configFileName}.`,
    );
  }
  const file = path === "none" ? {} : await loadConfigFile(path);
  return readConfig(environment, file, stage ?? (environment["SLUICE_STAGE"] || undefined));
}

function chosenStage(file: SluiceConfig, stage: string | undefined) {
  const names = Object.keys(file.stages ?? {});
  if (stage === undefined && names.length === 0) return {};
  const found = stage !== undefined && names.includes(stage) ? file.stages?.[stage] : undefined;
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
  const fromFile = stage === undefined ? file.stack : stackOfStage(file, stage);
  const asked = environment["SLUICE_STACK"] || undefined;
  if (asked !== undefined && fromFile !== undefined && asked !== fromFile) {
    throw new InvalidSettingsError(
      `SLUICE_STACK is ${asked}, but ${configFileName} names the stack ${fromFile}. Unset SLUICE_STACK, or choose another stage.`,
    );
  }
  return fromFile ?? asked ?? "Sluice";
}

/** As an environment variable has it. */
function asVariable(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function parsedSettings(variables: Environment, asGiven: (message: string) => string): Settings {
  try {
    return parseSettings(variables);
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    throw new InvalidSettingsError(asGiven(error.message));
  }
}
