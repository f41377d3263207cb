/** Values of options, parsed and refused in words. */
import { InvalidArgumentError } from "@commander-js/extra-typings";

/** What `--json` does, in every command's help. */
export const asJson = "print one JSON object a line, and nothing else";

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** For what the API refuses anyway, once a file is read or sent. */
export function wholeNumberWithin(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = wholeNumber(text);
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be ${least} to ${most}.`);
  };
}

/** Of one page; what every list of the API answers at most. */
export const pageLimit = wholeNumberWithin(1, 100);

type Value = string | number | boolean;

/** `name=value`, gathered over all occurrences; numbers and true/false become such. */
export function attribute(text: string, before: Record<string, Value> = {}): Record<string, Value> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("It must look like name=value.");
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
    throw new InvalidArgumentError("It must be JSON.");
  }
}
