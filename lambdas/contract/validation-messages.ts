/**
 * Validation messages for people who do not know the validator: each says what is allowed.
 * Passed to every parse whose issues people read. A schema's own message takes precedence.
 */
import type * as z from "zod";
import { nearestName } from "./nearest-name.ts";
import { shownList } from "./shown.ts";

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** @returns a predicate that follows the field's name, or `undefined` for the schema's own message */
export function inPlainWords(issue: Issue): string | undefined {
  const number = numberWords(issue);
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : typeWords(issue.expected, number);
    case "too_small":
    case "too_big":
      return isEmpty(issue)
        ? "must not be empty"
        : `must ${number === undefined ? sizeWords(issue) : `be ${number}`}`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}`;
    case "invalid_format":
      return formats[issue.format] ?? "has an invalid format";
    case "unrecognized_keys":
      return unknownNames(issue, "field");
    case "invalid_key":
      return `has an invalid name: a name ${issue.issues[0]?.message ?? "must have another format"}`;
    case "invalid_union":
      return issue.input === undefined ? "is required" : "has an unsupported type";
    default:
      return undefined;
  }
}

type UnknownNames = Extract<Issue, { code: "unrecognized_keys" }>;

/** Of unknown names, an error lists so many. */
const maxNames = 5;

/** @param noun what the names are names of: `field`, `query parameter` */
export function unknownNames({ keys, schema }: UnknownNames, noun: string): string {
  const which = keys.length > 1 ? `unknown ${noun}s` : `an unknown ${noun}`;
  const shape = schema?._zod.def.type === "object" ? (schema as z.ZodObject).def.shape : {};
  const meant = keys
    .slice(0, maxNames)
    .flatMap((key) => nearestName(key, Object.keys(shape)) ?? []);
  const hint = meant.length === 0 ? "" : `; did you mean ${meant.join(", ")}?`;
  return `has ${which}: ${shownList(keys, maxNames)}${hint}`;
}

function typeWords(expected: string, number: string | undefined): string {
  const kind = number ?? kinds[expected];
  return kind === undefined ? "has an unsupported type" : `must be ${kind}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: "a string",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "an array",
};

const formats: Readonly<Record<string, string>> = {
  url: "must be a URL such as https://example.com/v1",
  email: "must be an email address",
};

type TooLittleOrMuch = Extract<Issue, { code: "too_small" | "too_big" }>;

function isEmpty(issue: TooLittleOrMuch): boolean {
  const { code, origin } = issue;
  return (origin === "string" || origin === "array") && code === "too_small" && issue.minimum === 1;
}

function sizeWords(issue: TooLittleOrMuch): string {
  const { origin } = issue;
  const bound = issue.code === "too_small" ? issue.minimum : issue.maximum;
  const unit = origin === "string" ? " characters" : origin === "array" ? " items" : "";
  return `have at ${issue.code === "too_small" ? "least" : "most"} ${bound}${unit}`;
}

/**
 * The type and both bounds, so that a correction of one does not violate the other. The
 * safe-integer bound is shown only if it was exceeded.
 */
function numberWords({ code, schema }: Issue): string | undefined {
  if (schema?._zod.def.type !== "number") return undefined;
  const { minValue, maxValue, isInt } = schema as z.ZodNumber;
  const kind = isInt ? "a whole number" : "a number";
  const least = shownBound(minValue, code === "too_small");
  const most = shownBound(maxValue, code === "too_big");
  if (least === undefined) return most === undefined ? kind : `${kind} of at most ${most}`;
  return most === undefined ? `${kind} of at least ${least}` : `${kind} from ${least} to ${most}`;
}

function shownBound(bound: number | null, missed: boolean): number | undefined {
  if (bound === null) return undefined;
  return missed || Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}
