import type { BatchStage } from "../../contract/vocabulary.ts";
import { sha256 } from "../../platform/sha256.ts";

/** Which model answered, and under which instructions: all that an answer depends on but the text. */
export interface ModelIdentity {
  /** Base URL of the provider; `local` for the vendored models. */
  readonly provider: string;
  readonly model: string;
  /** Version of prompt or pooling; raised when the same text would be answered otherwise. */
  readonly recipe: string;
  /** What else decides the answer, such as `dimensions 512`. @default nothing */
  readonly variant?: string;
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
    ...(identity.variant === undefined ? [] : [identity.variant]),
  ];
  return sha256(JSON.stringify(parts));
}
