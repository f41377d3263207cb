/**
 * The caller's own fields, found without a language model. What it can see:
 *
 * - a labelled line: `Price: 30` for `price`, `Unit price = 30` for `unitPrice`
 * - a value of the field's `enum` that stands in the text as a word
 * - the first date, address or link, for a field of that `format`
 *
 * Anything else is left out rather than guessed.
 */

import type { CustomField, CustomSchema, ScalarField } from "../../../contract/custom-schema.ts";
import { acceptCustom } from "../../custom-fields.ts";
import { emailPattern, urlPattern } from "./any-language.ts";

export function customFields(
  schema: CustomSchema,
  text: string,
): Readonly<Record<string, unknown>> | undefined {
  const found = Object.entries(schema.properties).map(
    ([name, field]) => [name, valueOf(field, labelled(name, text), text)] as const,
  );
  return acceptCustom(schema, Object.fromEntries(found));
}

function valueOf(field: CustomField, label: string | undefined, text: string): unknown {
  if (field.type !== "array") return scalar(field, label, text);
  const { items } = field;
  if (items.type === "string" && items.enum !== undefined) {
    const present = items.enum.filter((value) => standsIn(value, label ?? text));
    return present.length > 0 ? present : undefined;
  }
  const parts = label?.split(/[,;]/u).map((part) => scalar(items, part.trim(), part));
  return parts?.filter((part) => part !== undefined);
}

function scalar(field: ScalarField, label: string | undefined, text: string): unknown {
  switch (field.type) {
    case "string":
      return field.enum === undefined
        ? formatted(field.format, label, text)
        : field.enum.find((value) => standsIn(value, label ?? text));
    case "number":
    case "integer":
      return label === undefined ? undefined : numberIn(label);
    case "boolean":
      return label === undefined ? undefined : truth(label);
  }
}

/** What follows the field's name and a colon or equals sign on a line of its own. */
function labelled(name: string, text: string): string | undefined {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[_\s]+/)
    .filter((word) => word !== "");
  const pattern = new RegExp(
    `^[\\s>*+#|-]*\\**${words.join("[ _-]?")}\\**\\s*[:=|]\\**\\s*(\\S.*)$`,
    "imu",
  );
  const value = pattern.exec(text)?.[1];
  return value?.replace(/[\s|*]+$/u, "");
}

function formatted(format: string | undefined, label: string | undefined, text: string) {
  switch (format) {
    case "date":
    case "date-time":
      return /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]{4,15}(?:Z|[+-]\d{2}:?\d{2})?)?/u.exec(
        label ?? text,
      )?.[0];
    case "email":
      return emailPattern().exec(label ?? text)?.[0];
    case "uri":
      return urlPattern().exec(label ?? text)?.[0];
    default:
      return label;
  }
}

function standsIn(value: string, text: string): boolean {
  const needle = value.toLowerCase();
  const hay = text.toLowerCase();
  const wordAt = (at: number) => /[\p{L}\p{N}]/u.test(hay.charAt(at));
  for (let at = hay.indexOf(needle); at !== -1; at = hay.indexOf(needle, at + 1)) {
    if (!wordAt(at - 1) && !wordAt(at + needle.length)) return true;
  }
  return false;
}

/** The first number, thousands separated by commas or blanks or not at all. */
function numberIn(label: string): number | undefined {
  const digits = /[-−]?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|[-−]?\d+(?:\.\d+)?/u.exec(label)?.[0];
  return digits === undefined ? undefined : Number(digits.replace(/[, ]/g, "").replace("−", "-"));
}

function truth(label: string): boolean | undefined {
  if (/^(?:yes|true|on)\b/iu.test(label)) return true;
  return /^(?:no|false|off)\b/iu.test(label) ? false : undefined;
}
