import { ProviderRejectedError } from "./errors.ts";

/** Some texts of a call are refused for good, and the others were embedded: their vectors are paid for. */
export class EmbeddingsRefusedError extends ProviderRejectedError {
  /** Positions of the refused texts in the call. */
  readonly refused: readonly number[];
  /** By position; `undefined` where the text is refused. */
  readonly vectors: readonly (Float32Array | undefined)[];

  constructor(
    message: string,
    refused: readonly number[],
    vectors: readonly (Float32Array | undefined)[],
  ) {
    super(message);
    this.refused = refused;
    this.vectors = vectors;
  }
}
