import type { Bounds } from "../../bounds.ts";
import { DamagedDocumentError, DocumentOverBoundsError } from "../../errors.ts";

/** A number as it is written: one beyond 2^53 would change otherwise. */
export class JsonNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Json = string | boolean | null | JsonNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context: { source?: string },
) => unknown;

/**
 * @throws DamagedDocumentError when it is no JSON.
 * @throws DocumentOverBoundsError when it is nested too deep.
 */
export function parseJson(text: string, { maxNesting }: Bounds): Json {
  holdNesting(text, maxNesting);
  const numbers: Reviver = (_key, value, { source }) =>
    typeof value === "number" ? new JsonNumber(source ?? String(value)) : value;
  try {
    return JSON.parse(text, numbers as Parameters<typeof JSON.parse>[1]) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be parsed";
    throw new DamagedDocumentError(
      `The document is not valid JSON: ${reason}. Correct it and send it again.`,
    );
  }
}

/** The parser and the writer go down with each level, so a deep value is refused before. */
function holdNesting(text: string, maxNesting: number): void {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (depth > maxNesting) {
      throw new DocumentOverBoundsError(
        `The document is nested more than ${maxNesting} levels deep. Flatten it and send it again.`,
      );
    }
  }
}
