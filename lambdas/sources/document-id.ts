import { documentIdOf } from "../contract/document-id.ts";
import { sha256 } from "../platform/sha256.ts";
import type { Source } from "./source.ts";

const plainPath = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
const maxLength = 128;
/** A dash and sixteen hexadecimal digits: of a million keys no two are alike. */
const hashLength = 17;

/**
 * The id of an object's document: the source's name and the path below the prefix, as for a folder
 * that is sent as a whole (ADR 36). A path with other characters, or a long one, gets a
 * hash of the whole key: S3 tells apart what a folder cannot, such as `a//b` and `a/b`, and 32
 * bits are too few for a million keys. So does one of two keys that differ by the slash after the
 * prefix only: `/a` beside `a`, and, with the prefix `docs`, `docsa` beside `docs/a`.
 */
export function documentIdOfKey({ name, prefix }: Source, key: string): string {
  const below = key.slice(prefix.length);
  const path = below.replace(/^\//, "");
  const isFolder = prefix === "" || prefix.endsWith("/");
  const segments = path.split("/");
  const isPlain =
    plainPath.test(path) &&
    below.startsWith("/") !== isFolder &&
    !segments.some((one) => one === "." || one === "..");
  if (isPlain && name.length + 1 + path.length <= maxLength) return documentIdOf(`${name}/${path}`);
  const readable = path.replace(/\/+/g, ":").replace(/[^A-Za-z0-9._:-]+/g, "-");
  const room = maxLength - name.length - 1 - hashLength;
  return `${name}:${readable.slice(-room)}-${sha256(key).slice(0, hashLength - 1)}`;
}
