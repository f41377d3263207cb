/**
 * What is wrong with a value, to whoever sent it: what is allowed, in the words of somebody who
 * does not know the validator. Handed to each parse whose issues people read; a schema that says
 * something of its own is not overruled.
 */
import type * as z from "zod";

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** An issue's message, to stand after the name of what is wrong; nothing where the schema's own is all there is. */
export function inPlainWords(issue: Issue): string | undefined {
  const number = numberWords(issue);
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `must be ${number ?? kinds[issue.expected] ?? "something else"}`;
    case "too_small":
    case "too_big":
      return isEmpty(issue) ? "must not be empty" : `must be ${number ?? sizeWords(issue)}`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}`;
    case "invalid_format":
      return `must be ${formats[issue.format] ?? "of another form"}`;
    case "unrecognized_keys":
      return `has what is not known here: ${issue.keys.join(", ")}`;
    case "invalid_key":
      return `the name ${issue.issues[0]?.message ?? "is none that may be used"}`;
    case "invalid_union":
      return issue.input === undefined ? "is missing" : "is none of what may stand here";
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

const formats: Readonly<Record<string, string>> = {
  url: "an address such as https://example.com/v1",
  email: "an e-mail address",
};

type TooLittleOrMuch = Extract<Issue, { code: "too_small" | "too_big" }>;

function isEmpty(issue: TooLittleOrMuch): boolean {
  const { code, origin } = issue;
  return (origin === "string" || origin === "array") && code === "too_small" && issue.minimum === 1;
}

function sizeWords(issue: TooLittleOrMuch): string {
  const { origin } = issue;
  const bound = issue.code === "too_small" ? issue.minimum : issue.maximum;
  const unit = origin === "string" ? " characters long" : origin === "array" ? " entries long" : "";
  return `at ${issue.code === "too_small" ? "least" : "most"} ${bound}${unit}`;
}

/**
 * Kind and both bounds at once, whichever was missed: who is told of one alone may miss the other.
 * What whole numbers end at themselves is told to who went beyond it.
 */
function numberWords({ code, schema }: Issue): string | undefined {
  if (schema?._zod.def.type !== "number") return undefined;
  const { minValue, maxValue, isInt } = schema as z.ZodNumber;
  const kind = isInt ? "a whole number" : "a number";
  const least = told(minValue, code === "too_small");
  const most = told(maxValue, code === "too_big");
  if (least === undefined) return most === undefined ? kind : `${kind}, ${most} at most`;
  return most === undefined ? `${kind}, ${least} at least` : `${kind} from ${least} to ${most}`;
}

function told(bound: number | null, missed: boolean): number | undefined {
  if (bound === null) return undefined;
  return missed || Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}
