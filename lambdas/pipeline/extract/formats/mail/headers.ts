import { isUtf8 } from "node:buffer";
import { UnknownEncodingError } from "../../errors.ts";
import { decodeText } from "../../text/decode.ts";

/** The headers of the mail, and those of its parts: they stand behind a boundary. */
const blocks = /^(?=From |[\w-]+:)|(?=content-[\w-]+:)(?<=\n--[^\s][^\n]*\n)/giu;

/**
 * The mail with all its headers in UTF-8. Names of files and subjects should be encoded words, but
 * some programs write them in the encoding of the machine.
 */
export function headersInUtf8(mail: Uint8Array): Uint8Array {
  // One sign a byte, so that offsets are those of the bytes.
  const signs = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength).toString("latin1");
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const { index } of signs.matchAll(blocks)) {
    const blank = /\r?\n\r?\n/gu;
    blank.lastIndex = index;
    const end = blank.exec(signs)?.index ?? mail.length;
    const block = mail.subarray(index, end);
    if (index < done || isUtf8(block)) continue;
    parts.push(mail.subarray(done, index), new TextEncoder().encode(decoded(block)));
    done = end;
  }
  return parts.length === 0 ? mail : Buffer.concat([...parts, mail.subarray(done)]);
}

/** A few letters may not suffice to tell: then it is most likely Western. */
function decoded(bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    if (!(error instanceof UnknownEncodingError)) throw error;
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
