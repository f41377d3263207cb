import { isUtf8 } from "node:buffer";
import { detectCharset } from "../../text/charset.ts";

/** Where headers begin: those of the mail, and those of its parts, which stand behind a boundary. */
const begins = /^(?=From |[\w-]+:)|(?=content-[\w-]+:)(?<=\n--[^\s][^\n]*\n)/giu;
const blankLine = /\r?\n\r?\n/gu;
/** Of headers, more say no more about their encoding. */
const maxSampleBytes = 64 * 1024;

/**
 * The mail with all its headers in UTF-8. Names of files and subjects should be encoded words, but
 * some programs write them in the encoding of the machine.
 */
export function headersInUtf8(mail: Uint8Array): Uint8Array {
  const blocks = foreignHeaders(mail);
  if (blocks.length === 0) return mail;
  const charset = charsetOf(blocks.map(([from, to]) => mail.subarray(from, to)));
  const decoder = new TextDecoder(charset);
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const [from, to] of blocks) {
    const text = decoder.decode(mail.subarray(from, to));
    parts.push(mail.subarray(done, from), encoder.encode(text));
    done = to;
  }
  return Buffer.concat([...parts, mail.subarray(done)]);
}

/** From where to where there are headers that are not UTF-8, in order. */
function foreignHeaders(mail: Uint8Array): readonly (readonly [from: number, to: number])[] {
  // One sign a byte, so that offsets are those of the bytes.
  const signs = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength).toString("latin1");
  const blocks: (readonly [number, number])[] = [];
  let seen = 0;
  for (const { index } of signs.matchAll(begins)) {
    if (index < seen) continue;
    blankLine.lastIndex = index;
    seen = blankLine.exec(signs)?.index ?? mail.length;
    if (!isUtf8(mail.subarray(index, seen))) blocks.push([index, seen]);
  }
  return blocks;
}

/** Of all headers together: a few letters may not suffice to tell. Most likely is Western. */
function charsetOf(blocks: readonly Uint8Array[]): string {
  const sample: Uint8Array[] = [];
  let size = 0;
  for (const block of blocks) {
    sample.push(block);
    size += block.length;
    if (size >= maxSampleBytes) break;
  }
  return detectCharset(Buffer.concat(sample)) ?? "windows-1252";
}
