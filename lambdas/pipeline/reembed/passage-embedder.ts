/** Has texts embedded by the function that holds the model: with the vector store's library, this one would be too large. */
export interface PassageEmbedder {
  /**
   * The vectors are then among the kept answers.
   * @throws PassagesUnavailableError if a later try may help
   * @throws PassagesRefusedError if none will
   */
  embed(request: {
    readonly tenant: string;
    readonly begunMs: number;
    readonly texts: readonly string[];
  }): Promise<void>;
}

export class PassagesUnavailableError extends Error {
  override readonly name = "PassagesUnavailableError";
}

export class PassagesRefusedError extends Error {
  override readonly name = "PassagesRefusedError";
  /** Whether only these texts are refused, and others would not be. */
  readonly ofTheseTexts: boolean;
  constructor(message: string, ofTheseTexts: boolean) {
    super(message);
    this.ofTheseTexts = ofTheseTexts;
  }
}
