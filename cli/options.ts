/** Values of options: parsing and error messages. */
import { InvalidArgumentError } from "@commander-js/extra-typings";

/** The help text of `--json` in every command. */
export const asJson = "print one JSON object per line, and nothing else";

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("The value must be a whole number.");
  return Number(text);
}

/** Checks a limit of the API before a file is read or sent. */
export function wholeNumberWithin(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = wholeNumber(text);
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`The value must be from ${least} to ${most}.`);
  };
}

/** The size of a page; no listing of the API returns more. */
export const pageLimit = wholeNumberWithin(1, 100);

type Value = string | number | boolean;

/** `name=value`, collected over all occurrences. */
export function attribute(text: string, before: Record<string, Value> = {}): Record<string, Value> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("The value must have the form name=value.");
  const name = text.slice(0, equals);
  if (Object.hasOwn(before, name)) {
    throw new InvalidArgumentError(`The attribute ${name} is given twice. Give one value.`);
  }
  // Entries instead of a literal, because a literal drops the name `__proto__`.
  return Object.fromEntries([...Object.entries(before), [name, typed(text.slice(equals + 1))]]);
}

/**
 * `true` and `false` are booleans. A number is a number only if it is written as JSON writes it, so
 * that `1.10` and `007` keep their digits.
 */
function typed(value: string): Value {
  if (value === "true" || value === "false") return value === "true";
  return /^-?\d/.test(value) && String(Number(value)) === value ? Number(value) : value;
}

/** Patterns of file names, collected over all occurrences. */
export function patterns(text: string, before: readonly string[] = []): readonly string[] {
  if (text === "") throw new InvalidArgumentError("The pattern must not be empty.");
  return [...before, text];
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidArgumentError("The value must be JSON.");
  }
}
