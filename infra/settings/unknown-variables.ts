import { closestName } from "../../lambdas/contract/nearest-name.ts";
import { settingNames } from "../../lambdas/platform/settings.ts";

/** Variables that are valid but are not settings of a deployment. */
const ownNames = [
  "SLUICE_PORT",
  "SLUICE_FOLDER",
  "SLUICE_API_URL",
  "SLUICE_API_KEY",
  "SLUICE_TOKEN",
  "SLUICE_STACK",
  "SLUICE_STAGE",
  "SLUICE_CONFIG",
  "SLUICE_EMULATOR",
];

/**
 * Without this check, a misspelt setting would silently leave the default in force.
 * @returns a sentence that names each unknown variable and the closest setting, if there is one
 */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const known = [...settingNames.map((name) => `SLUICE_${name}`), ...ownNames];
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith("SLUICE_") && env[name] && !known.includes(name),
  );
  if (unknown.length === 0) return undefined;
  const sentences = unknown.map(
    (name) => `${name} is not a setting. Did you mean ${closestName(name, known)}?`,
  );
  return `${sentences.join("\n")}\ndocs/settings.md lists all settings. Unset every other SLUICE_ variable.`;
}
