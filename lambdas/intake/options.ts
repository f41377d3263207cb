/** A request's options, completed with the defaults. */

import type { IngestRequest } from "../contract/calls/ingest.ts";
import type { JobOptions } from "../records/jobs/job.ts";

export function jobOptionsOf({
  options: { chunking, metadata },
  force,
}: Pick<IngestRequest, "options" | "force">): JobOptions {
  const maxTokens = chunking?.max_tokens ?? 512;
  return {
    chunking: {
      ...(chunking?.strategy === undefined ? {} : { strategy: chunking.strategy }),
      maxTokens,
      overlapTokens: chunking?.overlap_tokens ?? Math.min(64, Math.floor(maxTokens / 2)),
    },
    metadata: {
      ...(metadata?.schema === undefined ? {} : { schema: metadata.schema }),
      ...(metadata?.per === undefined ? {} : { per: metadata.per }),
    },
    ...(force === true ? { force } : {}),
  };
}
