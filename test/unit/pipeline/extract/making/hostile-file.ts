export interface Hostile {
  readonly what: string;
  readonly filename: string;
  readonly file: () => Promise<Uint8Array> | Uint8Array | string;
  /** Codes of errors, or text that must be found; any one of them will do. */
  readonly outcome: readonly (string | RegExp)[];
}

/** A file that a parser of documents should survive, and what has to come out of it. */
export const h = (
  what: string,
  filename: string,
  file: Hostile["file"],
  ...outcome: Hostile["outcome"]
): Hostile => ({ what, filename, file, outcome });
