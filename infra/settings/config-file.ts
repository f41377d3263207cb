/** `sluice.config.ts`: the settings of a project, with one entry for each stage. */

import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { iamCallerSchema } from "../../lambdas/contract/callers.ts";
import { closestName } from "../../lambdas/contract/nearest-name.ts";
import type { sourceConfigSchema } from "../../lambdas/contract/sources.ts";
import { inPlainWords } from "../../lambdas/contract/validation-messages.ts";
import {
  InvalidSettingsError,
  type Settings,
  settingNames,
} from "../../lambdas/platform/settings.ts";
import { isSecret, type SecretSetting } from "./secret-settings.ts";

type Json = Settings["LLM_EXTRA_BODY"];
/** Settings that hold a JSON list. */
interface Lists {
  readonly SOURCES: readonly z.input<typeof sourceConfigSchema>[];
  readonly IAM_CALLERS: readonly z.input<typeof iamCallerSchema>[];
}
/** A setting that holds JSON may be written as an object or a list. */
type Value<Name extends keyof Settings> = Name extends `${string}_EXTRA_${string}`
  ? Json | Readonly<Record<string, unknown>>
  : Name extends keyof Lists
    ? Settings[Name] | Lists[Name]
    : Settings[Name];

/** The settings of docs/settings.md, without the prefix `SLUICE_` and without keys of providers. */
export type FileSettings = {
  readonly [Name in Exclude<keyof Settings, SecretSetting>]?: Value<Name>;
};

export interface StageConfig extends FileSettings {
  /** The name of the stack. @default the project's stack name, a dash and the stage's name */
  readonly stack?: string;
  /**
   * Settings that may change in the next deployment although the deployed stack has another model,
   * provider or key. Remove them after it. @default none
   */
  readonly accept?: readonly (keyof Settings)[];
}

export interface SluiceConfig extends StageConfig {
  /** Each stage is a stack of its own; its settings replace those of the whole file. @default none */
  readonly stages?: Readonly<Record<string, StageConfig>>;
}

/** Gives the editor the names and types of all settings. */
export function defineConfig(config: SluiceConfig): SluiceConfig {
  return config;
}

const stackName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9-]{0,99}$/,
    "must be letters, digits and dashes, and begin with a letter",
  );
const stageName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,19}$/, "must be up to 20 small letters, digits and dashes");
const value = z.union(
  [z.string(), z.number(), z.record(z.string(), z.unknown()), z.array(z.unknown())],
  "must be text, a finite number, a list or an object, as docs/settings.md says",
);
const stage = z
  .object({ stack: stackName.optional(), accept: z.array(z.string()).optional() })
  // As `process.env.NAME` is without the variable.
  .catchall(value.optional());
const schema = stage.extend({ stages: z.record(stageName, stage).optional() });

export const configFileName = "sluice.config.ts";

/**
 * @param path of the file; a file that does not exist is an empty configuration
 * @throws InvalidSettingsError that names every unknown or misplaced entry
 */
export async function loadConfigFile(path: string): Promise<SluiceConfig> {
  const file = resolve(path);
  if (!existsSync(file)) return {};
  const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
  return checkedConfig(loaded.default, basename(file));
}

/**
 * An entry that is `undefined` counts as not there.
 * @param name what errors call the whole
 * @throws InvalidSettingsError that names every unknown or misplaced entry
 */
export function checkedConfig(given: unknown, name = configFileName): SluiceConfig {
  const parsed = schema.safeParse(given, { error: inPlainWords });
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(
      ({ path, message }) => `${path.map(String).join(".") || "the default export"} ${message}.`,
    );
    throw new InvalidSettingsError(`${name}: ${wrong.join("\n  ")}`);
  }
  const { stages: allStages, ...rest } = parsed.data;
  const whole = present(rest);
  const stages = Object.fromEntries(
    Object.entries(allStages ?? {}).map(([one, entries]) => [one, present(entries)]),
  );
  const sentences = [
    ...wrongNames(whole, "", name),
    ...Object.entries(stages).flatMap(([one, entries]) =>
      wrongNames(entries, `stages.${one}.`, name),
    ),
    ...sharedStacks({ ...whole, stages }),
  ];
  if (sentences.length > 0) {
    throw new InvalidSettingsError(`Invalid, in ${name}:\n  ${sentences.join("\n  ")}`);
  }
  return { ...whole, ...(allStages === undefined ? {} : { stages }) };
}

function present(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, one]) => one !== undefined));
}

/** The name of a stage's stack. */
export function stackOfStage({ stack, stages }: SluiceConfig, name: string): string {
  return stages?.[name]?.stack ?? `${stack ?? "Sluice"}-${name}`;
}

/** Two stages in one stack would replace each other. */
function sharedStacks(config: SluiceConfig): string[] {
  const seen = new Map<string, string>();
  return Object.keys(config.stages ?? {}).flatMap((name) => {
    const stack = stackOfStage(config, name);
    const other = seen.get(stack);
    seen.set(stack, name);
    return other === undefined
      ? []
      : `The stages ${other} and ${name} have the same stack ${stack}. Give each a stack of its own.`;
  });
}

function wrongNames(
  entries: Readonly<Record<string, unknown>>,
  prefix: string,
  file: string,
): string[] {
  const { accept = [], ...rest } = entries as { accept?: readonly string[] };
  const named = Object.keys(rest).filter((name) => name !== "stack");
  return [
    ...named.filter(isSecret).map((name) => {
      const [why, otherwise] =
        file === configFileName
          ? [", and this file is committed", `, or set SLUICE_${name} when you deploy`]
          : ["", ""];
      return `${prefix}${name} is a secret${why}. Put the key into Secrets Manager and name it by ${name}_SECRET_ARN${otherwise}.`;
    }),
    ...[...named, ...accept]
      .filter((name) => !(settingNames as string[]).includes(name))
      .map(
        (name) =>
          `${prefix}${name} is not a setting. Did you mean ${closestName(name, settingNames)}?`,
      ),
  ];
}
