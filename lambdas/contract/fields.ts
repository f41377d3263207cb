/** Fields that several responses share. */
import * as z from "zod";
import { cursorPattern, documentIdPattern } from "./vocabulary.ts";

export const time = z.iso.datetime().describe("ISO 8601, UTC");

export const count = z.int().min(0);

/** Of a listing's query. */
export const cursor = z
  .string()
  .regex(cursorPattern, "must be a cursor from this listing; leave it out to start again")
  .describe("`next_cursor` of the page before");

export const documentId = z
  .string()
  .regex(
    documentIdPattern,
    "must start with a letter or digit and have at most 128 letters, digits and . _ : -",
  );

/**
 * A whole number in a query, in decimal digits. `Number` would also take an empty text, `0x10` and
 * `1e2` for numbers.
 */
export const wholeNumber = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  z.preprocess(
    (text) => (typeof text === "string" && /^-?\d{1,16}$/.test(text) ? Number(text) : text),
    z.int().min(least).max(most),
  );

/** The number of items on a page. */
export const pageSize = wholeNumber(1, 100)
  .default(20)
  .describe("Maximum number of items. Default: 20");
