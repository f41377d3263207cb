/**
 * `POST /v1/search`. A filter is an object; a passage must meet all of its conditions:
 *
 *     {"document_id": "handbook"}
 *     {"language": {"in": ["en", "de"]}}
 *     {"attributes": {"status": "final", "year": {"gte": 2020, "lt": 2024}}}
 *     {"custom": {"due": {"lt": "2026-12-01"}}}
 *
 * A condition is a value (equals), `in` (equals one of them) or a range. Types matter: 2020 is
 * not "2020". A document without the attribute, or a chunk without the own field, does not match.
 */
import * as z from "zod";
import { count } from "../fields.ts";
import { maxSearchOffset } from "../limits.ts";
import { metadataShape } from "../metadata.ts";
import { openingContext, placesShape } from "../places.ts";
import { searchModes } from "../vocabulary.ts";

const fromOne = z.int().min(1);

const snippetSchema = z
  .object({
    text: z.string().describe("The part of the passage that contains most of the query's words"),
    start: count.describe("Offset of the snippet in the `text` of the result"),
    marks: z
      .array(z.object({ start: count, end: count }))
      .describe("The query's words in the snippet's text"),
  })
  .meta({ id: "Snippet" });

const neighbourSchema = z
  .object({ chunk_index: count, start: count, end: count, text: z.string() })
  .meta({ id: "NeighbouringChunk" });

/** Optional are also fields that deployments before them leave out: a newer client reads both. */
const searchResultSchema = z
  .object({
    document_id: z.string(),
    document_version: z.int().min(1),
    title: z.string().optional(),
    attributes: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe("The attributes that were sent with the document"),
    chunk_index: count,
    start: count
      .optional()
      .describe("UTF-16 offsets: `text.slice(start, end)` of the document is the chunk"),
    end: count.optional(),
    headings: z.array(z.string()).optional(),
    ...placesShape,
    context: openingContext,
    text: z.string(),
    snippet: snippetSchema.optional(),
    score: z.number().describe("Higher is better. Compare scores within one response only"),
    vector_score: z
      .number()
      .optional()
      .describe("Cosine of the angle between query and chunk, -1 to 1; not in mode `text`"),
    vector_rank: fromOne
      .optional()
      .describe("Rank among the hits by meaning, from 1; missing if it is not one of them"),
    text_rank: fromOne
      .optional()
      .describe("Rank among the hits by words, from 1; missing if it is not one of them"),
    rerank_score: z
      .number()
      .optional()
      .describe("The reranker's score; missing if the results were not reranked"),
    before: z.array(neighbourSchema).optional().describe("With `context`: the chunks before"),
    after: z.array(neighbourSchema).optional().describe("With `context`: the chunks after"),
    document_hits: fromOne
      .optional()
      .describe("With `group_by`: number of examined hits that belong to this document"),
    duplicates: z
      .array(z.object({ document_id: z.string(), chunk_index: count }))
      .optional()
      .describe("With `unique`: other chunks with the same text"),
    metadata: metadataShape.optional().describe("Missing if the provider refused the chunk"),
  })
  .meta({ id: "SearchResult" });

export const searchAnswerSchema = z
  .object({
    results: z.array(searchResultSchema),
    notice: z
      .string()
      .optional()
      .describe("What limits this answer, for example while documents move to another model"),
    next_offset: count.optional().describe("`offset` of the next page; missing on the last page"),
  })
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
  .describe("Compares numbers by value and strings by character code")
  .meta({ id: "Range" });

const text = z.string().max(1_024);

const textMatch = z.union([text, oneOf(text)], {
  error: 'must be a string or {"in": [strings]}',
});

const match = z.union([value, oneOf(value), range], {
  error: 'must be a value, {"in": [values]}, or a range of one type such as {"gte": 1, "lt": 9}',
});

export type Match = z.infer<typeof match>;

const filterSchema = z
  .strictObject({
    document_id: textMatch.optional(),
    language: textMatch.optional().describe("ISO 639-1 code of the chunk's language"),
    attributes: z
      .record(z.string().max(64), match)
      .refine((all) => Object.keys(all).length <= 20, "must have at most 20 entries")
      .optional()
      .describe("Attributes of the document, by name"),
    custom: z
      .record(z.string().max(64), match)
      .refine((all) => Object.keys(all).length <= 20, "must have at most 20 entries")
      .optional()
      .describe(
        "Own fields of the chunk (`metadata.custom`), by name. A list equals a value if one of its elements does",
      ),
  })
  .meta({ id: "SearchFilter" });

export type WireFilter = z.infer<typeof filterSchema>;

/** Chunks in one answer, neighbours included: the longest still fit into what Lambda answers. */
const maxPassages = 300;

export const searchRequestSchema = z
  .strictObject({
    query: z.string().trim().min(1, "must not be blank").max(8_000),
    limit: z.int().min(1).max(100).default(10),
    mode: z
      .enum(searchModes)
      .default("hybrid")
      .describe("Search by meaning (vector), by words (text), or by both (hybrid)"),
    filter: filterSchema.default({}),
    offset: z
      .int()
      .min(0)
      .max(maxSearchOffset)
      .optional()
      .describe("Number of results to skip; 0 by default"),
    min_score: z
      .number()
      .min(-1)
      .max(1)
      .optional()
      .describe("Minimum `vector_score` of a result; in mode `text`, minimum `score`"),
    context: z
      .int()
      .min(0)
      .max(5)
      .optional()
      .describe("Number of chunks before and after each result to return with it; 0 by default"),
    group_by: z
      .enum(["document"])
      .optional()
      .describe("Return only the best passage of each document"),
    rerank: z
      .boolean()
      .optional()
      .describe("`false` skips the deployment's reranker, if there is one"),
    unique: z
      .boolean()
      .optional()
      .describe(
        "Return a text that occurs in several chunks once, with the other chunks in `duplicates`",
      ),
  })
  .refine(({ limit, context = 0 }) => context === 0 || limit * (1 + 2 * context) <= maxPassages, {
    path: ["context"],
    message: `asks for more than ${maxPassages} chunks together with limit; lower one of them`,
  });

export type SearchRequest = z.infer<typeof searchRequestSchema>;
