import type { Bounds } from "../../bounds.ts";
import { DamagedDocumentError, DocumentOverBoundsError } from "../../errors.ts";

/** A number as it is written, where it would be written in another way: 1.50, or one beyond 2^53. */
export class JsonNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Json = string | number | boolean | null | JsonNumber | readonly Json[] | JsonObject;
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
  const keepsNumbers = scan(text, maxNesting);
  const numbers: Reviver = (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && source !== String(value)
      ? new JsonNumber(source)
      : value;
  try {
    // To look at each value takes five times as long as to parse them.
    const reviver = keepsNumbers ? undefined : (numbers as Parameters<typeof JSON.parse>[1]);
    return JSON.parse(text, reviver) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be parsed";
    throw new DamagedDocumentError(
      `The document is not valid JSON: ${reason}. Correct it and send it again.`,
    );
  }
}

const numberPart = /[-+.\deE]+/uy;

/**
 * The parser and the writer go down with each level, so a deep value is refused before.
 * @returns whether every number would be written as it is written here
 */
function scan(text: string, maxNesting: number): boolean {
  let depth = 0;
  let isString = false;
  let keepsNumbers = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    else if (keepsNumbers && (code === 0x2d || (code >= 0x30 && code <= 0x39))) {
      numberPart.lastIndex = at;
      const [source = ""] = numberPart.exec(text) ?? [];
      keepsNumbers = String(Number(source)) === source;
      at += source.length - 1;
    }
    if (depth > maxNesting) {
      throw new DocumentOverBoundsError(
        `The document is nested more than ${maxNesting} levels deep. Flatten it and send it again.`,
      );
    }
  }
  return keepsNumbers;
}
