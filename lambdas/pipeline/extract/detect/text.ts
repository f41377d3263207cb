import type { FormatName } from "../../../contract/file-formats.ts";
import { wideWithoutMark } from "../text/wide.ts";

/**
 * Whether bytes can be text: no zeros and hardly any control characters,
 * unless they are UTF-16 or UTF-32.
 */
export function looksLikeText(bytes: Uint8Array, charset?: string): boolean {
  const sample = bytes.subarray(0, 64 * 1024);
  if (isWide(bytes) || isDeclaredWide(sample, charset)) return true;
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return false;
    // Tab, line feed, form feed, carriage return, and escape, by which Japanese mail switches alphabets.
    if (byte < 0x20 && ![9, 10, 11, 12, 13, 27].includes(byte)) controls += 1;
  }
  return controls <= sample.length / 200;
}

function isWide(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return true;
  return wideWithoutMark(bytes) !== undefined;
}

/** Letters beyond Latin have few zeros, so that only the declaration tells UTF-16 without a mark. */
function isDeclaredWide(sample: Uint8Array, charset = ""): boolean {
  if (!/^utf-16/iu.test(charset)) return false;
  const text = new TextDecoder(/be$/iu.test(charset) ? "utf-16be" : "utf-16le").decode(sample);
  // oxlint-disable-next-line no-control-regex
  return !/[\u0000-\u0008\u000e-\u001f\ufffd]/u.test(text);
}

/** Formats of text that their beginning shows beyond doubt. */
export function sniffText(head: string): FormatName | undefined {
  const start = head.trimStart();
  if (/^(?:<!--[\s\S]*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html)[\s>]/iu.test(start))
    return "html";
  if (isMail(start)) return "eml";
  const lines = start
    .split("\n")
    .slice(0, 3)
    .filter((line) => line.trim() !== "");
  if (/^[[{]/u.test(start) && isJson(lines[0] ?? "")) return lines.length > 1 ? "jsonl" : "json";
  if (/^(?:\{\s*"|\[\s*[{["\d-])/u.test(start)) return "json";
  return undefined;
}

const mailHeader =
  /^(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|x-[\w-]+|dkim-signature|content-type): /iu;

function isMail(start: string): boolean {
  const lines = start.split("\n");
  const end = lines.findIndex((line) => line.trim() === "");
  const headers = lines.slice(0, end < 0 ? lines.length : end).filter((line) => !/^\s/u.test(line));
  const known = headers.filter((line) => mailHeader.test(line)).length;
  return known >= 3 && headers.every((line) => /^(?:From |[\w-]+:)/u.test(line));
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}
