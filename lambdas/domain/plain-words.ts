/**
 * What is wrong with a value, to whoever sent it: what is allowed, in the words of somebody who
 * does not know the validator. Handed to each parse whose issues people read; a schema that says
 * something of its own is not overruled.
 */
import type * as z from "zod";

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** An issue's message, to stand after the name of what is wrong; nothing where the schema's own is all there is. */
export function inPlainWords(issue: Issue): string | undefined {
  const number = numberWords(issue.schema);
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `must be ${number ?? kinds[issue.expected] ?? "something else"}`;
    case "too_small":
    case "too_big":
      return `must be ${number ?? sizeWords(issue)}`;
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

function sizeWords(issue: TooLittleOrMuch): string {
  const { origin } = issue;
  if (issue.code === "too_small" && origin === "string" && issue.minimum === 1) return "not empty";
  const bound = issue.code === "too_small" ? issue.minimum : issue.maximum;
  const unit = origin === "string" ? " characters long" : origin === "array" ? " entries long" : "";
  return `at ${issue.code === "too_small" ? "least" : "most"} ${bound}${unit}`;
}

/** Kind and both bounds at once, whichever was missed: who is told of one alone may miss the other. */
function numberWords(schema: Issue["schema"]): string | undefined {
  if (schema?._zod.def.type !== "number") return undefined;
  const { minValue, maxValue, isInt } = schema as z.ZodNumber;
  const kind = isInt ? "a whole number" : "a number";
  const [least, most] = [minValue, maxValue].map((bound) =>
    bound === null || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound,
  );
  if (least === undefined) return most === undefined ? kind : `${kind}, ${most} at most`;
  return most === undefined ? `${kind}, ${least} at least` : `${kind} from ${least} to ${most}`;
}
