import { UnknownEncodingError } from "../errors.ts";
import { detectCharset, encodingNamed } from "./charset.ts";
import { wideWithoutMark } from "./wide.ts";

/**
 * Text of bytes, by byte order mark, UTF-8's own rules, the declared charset
 * and detection, in this order. Lines end in `\n`; there is no byte order mark.
 * @throws UnknownEncodingError rather than a text that may be wrong.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return clean(decode(bytes, declared));
}

function decode(bytes: Uint8Array, declared: string | undefined): string {
  const marked = byMark(bytes);
  if (marked !== undefined) return marked;
  const charset = declared === undefined ? undefined : encodingNamed(declared);
  // Text of seven bits that switches alphabets by escapes is valid UTF-8 as well.
  const isEscaped = charset === "iso-2022-jp" || hasEscapes(bytes);
  if (isEscaped) {
    const text = strict(bytes, "iso-2022-jp");
    if (text !== undefined) return text;
  }
  const utf8 = strict(bytes, "utf-8");
  // Programs write `encoding="utf-16"` into texts that others then save as UTF-8. Most pairs of
  // ASCII letters are characters of UTF-16, but hardly any UTF-16 is UTF-8 without zeros.
  const isDeclaredWide = charset?.startsWith("utf-16") && (utf8 === undefined || bytes.includes(0));
  const wide = wideWithoutMark(bytes) ?? (isDeclaredWide ? charset : undefined);
  if (wide !== undefined) {
    const text = strict(bytes, wide);
    if (text !== undefined) return text;
  }
  // Text in another encoding is hardly ever valid UTF-8 by chance, whatever was declared.
  if (utf8 !== undefined) return utf8;
  if (charset !== undefined && charset !== "utf-8") {
    const text = strict(bytes, charset);
    if (text !== undefined) return text;
  }
  const detected = detectCharset(bytes);
  const text = detected === undefined ? undefined : strict(bytes, detected);
  if (text !== undefined) return text;
  throw new UnknownEncodingError(
    `The encoding of the text is unknown${declared === undefined ? "" : `: it was declared as ${declared}, but it is not`}. Save it as UTF-8, or name the charset in the content type.`,
  );
}

function byMark(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return strict(bytes, "utf-8") ?? refuseMarked("UTF-8");
  }
  const isLittle = first === 0xff && second === 0xfe;
  if (isLittle && third === 0 && fourth === 0 && bytes.length % 4 === 0) return utf32(bytes, true);
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return utf32(bytes, false);
  if (isLittle) return strict(bytes, "utf-16le") ?? refuseMarked("UTF-16");
  if (first === 0xfe && second === 0xff) return strict(bytes, "utf-16be") ?? refuseMarked("UTF-16");
  return undefined;
}

function refuseMarked(name: string): never {
  throw new UnknownEncodingError(
    `The text says that it is ${name}, but it breaks that encoding's rules. Save it as UTF-8 and send it again.`,
  );
}

function utf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 4; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, isLittleEndian);
    if (code > 0x10ffff) refuseMarked("UTF-32");
    parts.push(String.fromCodePoint(code));
  }
  return parts.join("");
}

function strict(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function hasEscapes(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 64 * 1024));
  return head.includes("\x1b$B") || head.includes("\x1b$@");
}

function clean(text: string): string {
  return (
    text
      .replace(/^\uFEFF/u, "")
      // Word ends a line within a paragraph by a vertical tab.
      .replaceAll(/\r\n?|\v/gu, "\n")
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000e-\u001f\u007f]/gu, "")
  );
}
