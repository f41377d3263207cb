/** A request's document, checked and completed with the defaults. */

import type { IngestRequest } from "../contract/calls/ingest.ts";
import { RequestRefusedError } from "../contract/refusals.ts";
import type { ContentType } from "../contract/vocabulary.ts";
import { sha256 } from "../platform/sha256.ts";
import { hasVisibleText } from "../platform/visible-text.ts";
import type { ModelIdentity } from "../records/answers/answer-key.ts";
import type { ChunkingOptions } from "../records/jobs/chunk.ts";
import type { JobOptions } from "../records/jobs/job.ts";
import type { Source } from "./source.ts";

export interface CheckedDocument {
  readonly text: string;
  readonly contentType: ContentType;
  readonly options: JobOptions;
}

/** @throws RequestRefusedError `empty_document` */
export function checkDocument(
  { options }: Pick<IngestRequest, "options">,
  { text, contentType }: Source,
): CheckedDocument {
  if (!hasVisibleText(text)) {
    throw new RequestRefusedError(
      "empty_document",
      "The document has no visible text. Send a document that contains text.",
    );
  }
  return {
    text,
    contentType,
    options: {
      chunking: chunkingOptions(options.chunking, contentType),
      metadata: options.metadata?.schema ? { schema: options.metadata.schema } : {},
    },
  };
}

function chunkingOptions(
  given: NonNullable<IngestRequest["options"]["chunking"]> | undefined,
  contentType: ContentType,
): ChunkingOptions {
  const maxTokens = given?.max_tokens ?? 512;
  return {
    strategy: given?.strategy ?? (contentType === "text/markdown" ? "markdown" : "recursive"),
    maxTokens,
    overlapTokens: given?.overlap_tokens ?? Math.min(64, Math.floor(maxTokens / 2)),
  };
}

/** Equal for submissions that would store the same; see `Submission.fingerprint`. */
export function fingerprintOf(
  document: CheckedDocument,
  request: Pick<IngestRequest, "title" | "attributes">,
  models: readonly ModelIdentity[],
): string {
  const attributes = Object.entries(request.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(
    JSON.stringify([
      sha256(document.text),
      request.title ?? null,
      document.contentType,
      attributes,
      document.options,
      models,
    ]),
  );
}
