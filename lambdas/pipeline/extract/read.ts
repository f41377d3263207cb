import { charsetOf, type FormatName } from "../../contract/file-formats.ts";
import type { Bounds } from "./bounds.ts";
import { hold } from "./bounds.ts";
import { detectFormat, isDeclared } from "./detect/detect.ts";
import { DamagedDocumentError, EmptyDocumentError, ExtractError } from "./errors.ts";
import type { Declared, ReadContext, Reading } from "./extraction.ts";
import { readers } from "./formats/registry.ts";

export interface ReadDocument extends Reading {
  readonly format: FormatName;
}

/**
 * Reads a document in this process: only for one that may be lost (see `sandbox/`).
 * @throws ExtractError for whatever cannot be read; never an empty success.
 */
export async function readDocument(
  bytes: Uint8Array,
  declared: Declared,
  context: ReadContext,
): Promise<ReadDocument> {
  const { bounds } = context;
  hold(bytes.length, bounds.maxInputBytes, "bytes");
  const detected = await detectFormat(bytes, declared, bounds);
  const readAs = async (format: FormatName): Promise<ReadDocument> => {
    const read = await readers[format]();
    const source = { bytes, charset: charsetOf(declared.contentType) };
    return { ...(await asTyped(async () => read(source, context), bounds)), format };
  };
  const reading = await readAs(detected).catch((error: unknown) => {
    // Logs and lists of references may begin like JSON: `[2024-05-01] …`, `[1] …`.
    const isGuess = (detected === "json" || detected === "jsonl") && !isDeclared(declared);
    if (isGuess && error instanceof DamagedDocumentError) return readAs("text");
    throw error;
  });
  // A mail without text may still bring documents.
  if (!/\S/u.test(reading.markdown) && (reading.attachments ?? []).length === 0) {
    throw new EmptyDocumentError("The document holds no text. Send one that has content.");
  }
  return reading;
}

/** A reader that stumbles over a document's bytes has found damage, whatever it throws. */
async function asTyped(read: () => Promise<Reading>, { maxNesting }: Bounds): Promise<Reading> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ExtractError) throw error;
    if (error instanceof RangeError && /call stack/u.test(error.message))
      hold(maxNesting + 1, maxNesting, "elements within each other");
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "unknown";
    throw new DamagedDocumentError(
      `The document cannot be read: ${reason}. Save it anew and send it again.`,
    );
  }
}
