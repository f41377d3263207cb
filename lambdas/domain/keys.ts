/** Where a job's texts and batches lie in the object store, and how content is addressed. */
import { createHash } from "node:crypto";
import type { BatchStage } from "./job.ts";

export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Everything of jobs lies under this. */
export const jobsPrefix = "jobs/";
/** What was uploaded lies under this until it is ingested. */
export const uploadsPrefix = "uploads/";

/** Object keys of a job; everything of it lies under `prefix`. */
export function objectKeys(jobId: string) {
  const prefix = `${jobsPrefix}${jobId}/`;
  return {
    prefix,
    text: `${prefix}text`,
    chunks: (batch: number) => `${prefix}chunks/${batch}.json`,
    described: (batch: number) => `${prefix}metadata/${batch}.json`,
    vectors: (batch: number) => `${prefix}vectors/${batch}.f32`,
  };
}

/** Which model answered, and under which instructions: all that an answer depends on but the text. */
export interface ModelIdentity {
  /** Base URL of the provider; `local` for the vendored models. */
  readonly provider: string;
  readonly model: string;
  /** Version of prompt or pooling; raised when the same text would be answered otherwise. */
  readonly recipe: string;
}

/** Address of a provider's answer: equal inputs have equal addresses, across jobs of a tenant. */
export function answerKey(
  tenant: string,
  stage: BatchStage,
  identity: ModelIdentity,
  schemaHash: string,
  text: string,
): string {
  const parts = [
    tenant,
    stage,
    identity.provider,
    identity.model,
    identity.recipe,
    schemaHash,
    sha256(text),
  ];
  return sha256(JSON.stringify(parts));
}
