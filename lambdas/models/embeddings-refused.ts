import { ProviderRejectedError } from "./errors.ts";
import type { ModelUsage } from "./models.ts";

/** Some texts of a call are refused for good, and the others were embedded: their vectors are paid for. */
export class EmbeddingsRefusedError extends ProviderRejectedError {
  /** Why, without the texts' places in the call, which mean something to the caller alone. */
  readonly reason: string;
  /** Positions of the refused texts in the call. */
  readonly refused: readonly number[];
  /** By position; `undefined` where the text is refused. */
  readonly vectors: readonly (Float32Array | undefined)[];

  constructor(
    reason: string,
    refused: readonly number[],
    vectors: readonly (Float32Array | undefined)[],
    usage?: ModelUsage,
  ) {
    super(`text ${refused.map((at) => at + 1).join(", ")} of ${vectors.length}: ${reason}`, usage);
    this.reason = reason;
    this.refused = refused;
    this.vectors = vectors;
  }
}
