/** Compares the settings of a deployment with those of the deployed stack. */
import { type Settings, settingNames } from "../../lambdas/platform/settings.ts";
import type { Config } from "../config.ts";
import type { DeployedSettings } from "./deployed-settings.ts";
import { isSecret, type SecretSetting, secretSettings } from "./secret-settings.ts";

/**
 * Settings that decide which model is asked and how: another one changes the answers, and vectors of
 * two models cannot be searched together. And who may call: another kind shuts all callers out, and
 * the same variable may be set for the command line.
 */
const guarded: ReadonlySet<string> = new Set<keyof Settings>([
  "AUTH",
  "METADATA_PROVIDER",
  "EMBEDDINGS_PROVIDER",
  "METADATA_PER",
  "LLM_BASE_URL",
  "LLM_MODEL",
  "EMBEDDINGS_BASE_URL",
  "EMBEDDINGS_MODEL",
  "EMBEDDINGS_DIMENSIONS",
  "EMBEDDINGS_PASSAGE_PREFIX",
  "EMBEDDINGS_PASSAGE_INPUT_TYPE",
  "BEDROCK_REGION",
  "RERANK_BASE_URL",
  "RERANK_MODEL",
  "VECTOR_STORE",
  "EXISTING_TABLE",
  "EXISTING_DOCUMENTS_BUCKET",
  "EXISTING_VECTORS_BUCKET",
  "CHUNK_CONTEXT",
]);

/** What a setting was before it existed, where that must not change unnoticed. */
const earlier: Readonly<Partial<Record<string, string>>> = { AUTH: "key" };

export interface Difference {
  readonly name: keyof Settings;
  readonly says: string;
  /** Whether the deployment must accept it by name or all together. */
  readonly refused: boolean;
}

/** What the deployment would change, in the order of the settings. */
export function differences(deployed: DeployedSettings, config: Config): Difference[] {
  const { settings, given, accepted } = config;
  const found: Difference[] = [];
  for (const name of settingNames) {
    if (isSecret(name)) continue;
    const before = deployed.variables[name] ?? earlier[name];
    const after = settings[name] === undefined ? undefined : String(settings[name]);
    if (before === after || isOfUnusedModel(name, deployed, settings)) continue;
    // The key itself is set instead, or has a secret already.
    if (isKeyByArn(name) && (after !== undefined || settings[keyOf(name)] !== undefined)) continue;
    // A version of Sluice that did not have the setting yet.
    if (before === undefined && !given.has(name) && !guarded.has(name)) continue;
    const source = given.has(name) ? "" : " (not set here, so the default applies)";
    found.push({
      name,
      says: `${name}: ${shown(before)} → ${shown(after)}${source}`,
      refused: (guarded.has(name) || !given.has(name)) && !accepted.has(name),
    });
  }
  for (const name of secretSettings) {
    const arn = deployed.secrets[name];
    const isSet = settings[name] !== undefined || settings[`${name}_SECRET_ARN`] !== undefined;
    if (arn === undefined || isSet) continue;
    found.push({
      name,
      says: `${name}: the stack holds this key, and the new one would have none. Set SLUICE_${name}, or ${name}_SECRET_ARN: "${arn}"`,
      refused: !accepted.has(name),
    });
  }
  return found;
}

function isKeyByArn(name: string): name is `${SecretSetting}_SECRET_ARN` {
  return name.endsWith("_API_KEY_SECRET_ARN");
}

function keyOf(name: `${SecretSetting}_SECRET_ARN`): SecretSetting {
  return name.slice(0, -"_SECRET_ARN".length) as SecretSetting;
}

/** The model of an endpoint means nothing while the provider is another one. */
function isOfUnusedModel(name: string, { variables }: DeployedSettings, settings: Settings) {
  const unused = (provider: "METADATA_PROVIDER" | "EMBEDDINGS_PROVIDER") =>
    settings[provider] === "local" && variables[provider] === "local";
  if (/^LLM_(BASE_URL|MODEL)$/.test(name)) return unused("METADATA_PROVIDER");
  if (/^EMBEDDINGS_(BASE_URL|MODEL)$/.test(name)) return unused("EMBEDDINGS_PROVIDER");
  return false;
}

/** Long values, such as JSON, are cut. */
function shown(value: string | undefined): string {
  if (value === undefined) return "not set";
  return value.length > 80 ? `${value.slice(0, 77)}…` : value;
}

/** The refusal of a deployment, or undefined. */
export function refusalOf(stackName: string, found: readonly Difference[]): string | undefined {
  const refused = found.filter((difference) => difference.refused);
  if (refused.length === 0) return undefined;
  const list = refused.map(({ says }) => `  ${says}`).join("\n");
  return `The deployed stack ${stackName} has other settings than this deployment. Nothing was changed.
${list}
Set them in sluice.config.ts or as environment variables, so that every deployment has them. To change them, accept all of these: npm run deploy -- --accept (with cdk: -c accept=true).`;
}
