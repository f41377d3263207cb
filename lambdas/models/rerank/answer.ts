/**
 * What rerankers answer, over HTTP and on Bedrock: `{results: [{index, relevance_score}]}` (Cohere,
 * Jina), the same as `data` (Voyage), a bare list with `score` (TEI), or `rankings` with `logit` (NIM).
 */
import * as z from "zod";

const number = z.coerce.number();
const result = z
  .object({
    index: z.coerce.number().int().min(0),
    relevance_score: number.optional(),
    score: number.optional(),
    logit: number.optional(),
  })
  .transform(({ index, relevance_score, score, logit }) => ({
    index,
    score: relevance_score ?? score ?? logit,
  }));
const results = z.array(result);
const answerSchema = z.union([
  results,
  z.object({ results }).transform((answer) => answer.results),
  z.object({ data: results }).transform((answer) => answer.data),
  z.object({ rankings: results }).transform((answer) => answer.rankings),
]);

/**
 * The scores in the order of the texts.
 * @throws Error unless each text has one
 */
export function scoresOf(answer: unknown, texts: number): readonly number[] {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new Error("The reranker answered without results.");
  const scores = new Map(parsed.data.map(({ index, score }) => [index, score]));
  return Array.from({ length: texts }, (_, index) => scores.get(index) ?? missing(index));
}

function missing(index: number): never {
  throw new Error(`The reranker left out text ${index}.`);
}
