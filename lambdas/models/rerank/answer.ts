/** What rerankers answer, over HTTP and on Bedrock: `{results: [{index, relevance_score}]}`. */
import * as z from "zod";

const answerSchema = z.object({
  results: z.array(z.object({ index: z.int().min(0), relevance_score: z.number() })),
});

/**
 * The scores in the order of the texts.
 * @throws Error unless each text has one
 */
export function scoresOf(answer: unknown, texts: number): readonly number[] {
  const { results } = answerSchema.parse(answer);
  const scores = new Map(results.map((result) => [result.index, result.relevance_score]));
  return Array.from({ length: texts }, (_, index) => scores.get(index) ?? missing(index));
}

function missing(index: number): never {
  throw new Error(`The reranker left out text ${index}.`);
}
