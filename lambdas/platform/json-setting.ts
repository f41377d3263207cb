/**
 * Settings whose value is a JSON object. They stay text, as they are handed to
 * the functions as environment variables; whoever uses one reads it here.
 */
import * as z from "zod";
import { inPlainWords } from "../contract/validation-messages.ts";

/** Lambda's limit for all variables of a function together is 4 KB. */
const longest = 1_000;

/** Ours, or such that an answer could not be read. */
const reservedFields = ["messages", "input", "model", "stream"];
const reservedHeaders = ["content-type", "content-length", "host", "x-correlation-id"];

const object = (what: string) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((text) => parsed(text) !== undefined, {
      message: `must be a JSON object such as ${what}`,
      abort: true,
    });

/** Fields for the body of every request to a provider. */
export const extraBody = object('{"top_p": 0.9}')
  .refine((text) => without(text, reservedFields), {
    message: `must not set ${reservedFields.join(", ")}: those are Sluice's own`,
  })
  .optional();

/** Headers of every request to a provider. */
export const extraHeaders = object('{"x-team": "search"}')
  .refine(
    (text) =>
      Object.entries(jsonObject(text)).every(
        ([name, value]) =>
          /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) &&
          typeof value === "string" &&
          /^[\t\x20-\x7e]*$/.test(value),
      ),
    { message: "must be an object of header names and texts in ASCII" },
  )
  .refine((text) => without(text, reservedHeaders), {
    message: `must not set ${reservedHeaders.join(", ")}: those are Sluice's own`,
  })
  .optional();

/**
 * A list that this schema describes.
 * @param longest in characters
 * @param example shown if the text is no JSON
 */
export const jsonListOf = (
  schema: z.ZodType,
  { longest: longestList, example }: { readonly longest: number; readonly example: string },
) =>
  z
    .string()
    .trim()
    .max(longestList)
    .superRefine((text, context) => {
      let list: unknown;
      try {
        list = JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: `must be a JSON list such as ${example}` });
        return;
      }
      for (const { path, message } of schema.safeParse(list, { error: inPlainWords }).error
        ?.issues ?? []) {
        context.addIssue({ code: "custom", path: [...path], message });
      }
    });

/** The list of a setting; an empty one if it is not set, or not what the schema describes. */
export function jsonList<T>(schema: z.ZodType<T[]>, setting = "[]"): readonly T[] {
  try {
    return schema.parse(JSON.parse(setting));
  } catch {
    return [];
  }
}

/** The object of a setting that was checked; an empty one if it is not set. */
export function jsonObject(setting: string | undefined): Readonly<Record<string, unknown>> {
  return parsed(setting ?? "{}") ?? {};
}

/** The headers of a setting that was checked. */
export function jsonHeaders(setting: string | undefined): Readonly<Record<string, string>> {
  return jsonObject(setting) as Readonly<Record<string, string>>;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function without(text: string, names: readonly string[]): boolean {
  return Object.keys(jsonObject(text)).every((name) => !names.includes(name.toLowerCase()));
}
