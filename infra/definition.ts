/** Reads the state machine's definition and inserts the deployment's numbers. */
import { readFileSync } from "node:fs";
import type { Settings } from "../lambdas/platform/settings.ts";
import { definitionNumbers } from "./waits.ts";

const file = new URL("../statemachine/ingest.asl.json", import.meta.url);

/**
 * The definition, in which only the `${…FunctionArn}` remain to be substituted. Numbers are
 * inserted as literals: CloudFormation would substitute strings, and emulators treat a
 * `MaxConcurrencyPath` as no limit.
 * @throws Error for a number without a value
 */
export function ingestDefinition(settings: Settings): string {
  const numbers: Readonly<Record<string, number>> = definitionNumbers(settings);
  return readFileSync(file, "utf8").replaceAll(/"\$\{(\w+)\}"/g, (placeholder, name: string) => {
    if (name.endsWith("FunctionArn")) return placeholder;
    const value = numbers[name];
    if (value === undefined) throw new Error(`${name} in ingest.asl.json is not a known number.`);
    return String(value);
  });
}
