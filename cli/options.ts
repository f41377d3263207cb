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

/** `name=value`, collected over all occurrences. Numbers, true and false are converted. */
export function attribute(text: string, before: Record<string, Value> = {}): Record<string, Value> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("The value must have the form name=value.");
  return { ...before, [text.slice(0, equals)]: typed(text.slice(equals + 1)) };
}

function typed(value: string): Value {
  if (value === "true" || value === "false") return value === "true";
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidArgumentError("The value must be JSON.");
  }
}
