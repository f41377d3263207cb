/**
 * `POST /v1/search`. A filter is an object; a passage must meet all of its conditions:
 *
 *     {"document_id": "handbook"}
 *     {"language": {"in": ["en", "de"]}}
 *     {"attributes": {"status": "final", "year": {"gte": 2020, "lt": 2024}}}
 *
 * A condition is a value (equals), `in` (equals one of them) or a range. Types matter: 2020 is
 * not "2020". A document without the attribute does not match.
 */
import * as z from "zod";
import { count } from "../fields.ts";
import { metadataShape } from "../metadata.ts";
import { searchModes } from "../vocabulary.ts";

const searchResultSchema = z
  .object({
    document_id: z.string(),
    document_version: z.int().min(1),
    title: z.string().optional(),
    chunk_index: count,
    headings: z.array(z.string()).optional(),
    text: z.string(),
    score: z.number().describe("Higher is better. Compare scores within one response only"),
    metadata: metadataShape.optional().describe("Missing if the provider refused the chunk"),
  })
  .meta({ id: "SearchResult" });

export const searchAnswerSchema = z
  .object({ results: z.array(searchResultSchema) })
  .meta({ id: "SearchResults" });

export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

const value = z.union([z.string().max(1_024), z.number(), z.boolean()]);

const bound = z.union([z.string().max(1_024), z.number()]);

const oneOf = <T extends z.ZodType>(type: T) =>
  z.strictObject({ in: z.array(type).min(1).max(100) });

const range = z
  .strictObject({
    gt: bound.optional(),
    gte: bound.optional(),
    lt: bound.optional(),
    lte: bound.optional(),
  })
  .refine(
    (bounds) => new Set(Object.values(bounds).map((limit) => typeof limit)).size === 1,
    "must have at least one of gt, gte, lt and lte, all of the same type",
  )
  .describe("Compares numbers by value and strings by character code");

const text = z.string().max(1_024);

const textMatch = z.union([text, oneOf(text)], {
  error: 'must be a string or {"in": [strings]}',
});

const match = z.union([value, oneOf(value), range], {
  error: 'must be a value, {"in": [values]}, or a range of one type such as {"gte": 1, "lt": 9}',
});

export type Match = z.infer<typeof match>;

const filterSchema = z.strictObject({
  document_id: textMatch.optional(),
  language: textMatch.optional().describe("ISO 639-1 code of the chunk's language"),
  attributes: z
    .record(z.string().max(64), match)
    .refine((all) => Object.keys(all).length <= 20, "must have at most 20 entries")
    .optional()
    .describe("Attributes of the document, by name"),
});

export type WireFilter = z.infer<typeof filterSchema>;

export const searchRequestSchema = z.strictObject({
  query: z.string().trim().min(1, "must not be blank").max(8_000),
  limit: z.int().min(1).max(100).default(10),
  mode: z
    .enum(searchModes)
    .default("hybrid")
    .describe("Search by meaning (vector), by words (text), or by both (hybrid)"),
  filter: filterSchema.default({}),
});

export type SearchRequest = z.infer<typeof searchRequestSchema>;
