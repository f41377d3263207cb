import { sha256 } from "../../platform/sha256.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { chunkingOptionsOf, type Submission } from "../../records/jobs/job.ts";
import type { Extraction } from "./extract.ts";

/**
 * Equal for documents of which the same would be stored: what counts is the text that was read,
 * not the file's bytes. For plain text and Markdown it is what earlier versions of Sluice computed,
 * so that a document stored by them is still found unchanged.
 */
export function fingerprintOf(
  { title, attributes, options }: Pick<Submission, "title" | "attributes" | "options">,
  { markdown, marks }: Pick<Extraction, "markdown" | "marks">,
  contentType: string,
  models: readonly ModelIdentity[],
): string {
  const { strategy, maxTokens, overlapTokens } = chunkingOptionsOf(options, contentType);
  return sha256(
    JSON.stringify([
      sha256(markdown),
      title ?? null,
      contentType,
      Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)),
      { chunking: { strategy, maxTokens, overlapTokens }, metadata: options.metadata },
      models,
      ...(marks.length === 0 ? [] : [marks]),
    ]),
  );
}
