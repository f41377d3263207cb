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
