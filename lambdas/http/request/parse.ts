import type * as z from "zod";
import { invalidRequest } from "../../contract/refusals.ts";
import { inPlainWords, unknownNames } from "../../contract/validation-messages.ts";

/** The messages for a query, whose fields are called parameters. */
export const ofQuery: typeof inPlainWords = (issue) =>
  issue.code === "unrecognized_keys" ? unknownNames(issue, "query parameter") : inPlainWords(issue);

/**
 * @param messages of a body, unless given
 * @throws RequestRefusedError `invalid_request` that lists the invalid fields
 */
export function parse<T>(schema: z.ZodType<T>, input: unknown, messages = inPlainWords): T {
  const parsed = schema.safeParse(input, { error: messages });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  // One value can violate two bounds; both produce the same message.
  throw invalidRequest([
    ...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values(),
  ]);
}
