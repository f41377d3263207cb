/** What is sent of a file: its text inside the request, or its bytes as an upload. */
import {
  contentTypeOfName,
  isTextType,
  unknownContentType,
} from "../../lambdas/contract/file-formats.ts";
import { type Source, SourceError } from "./sources.ts";

export type Content =
  | { readonly content_type: string; readonly text: string }
  | { readonly content_type: string; readonly bytes: Uint8Array; readonly filename: string };

/**
 * @param contentType declared by the caller. @default by the file's name; a file of an unknown kind
 * is plain text if its bytes are
 * @throws SourceError if the file is empty or cannot be read
 */
export async function contentOf(source: Source, contentType?: string): Promise<Content> {
  const bytes = await source.read();
  if (bytes.length === 0) throw new SourceError("is empty. Send a file with text.");
  const filename = nameOf(source);
  const type = contentType ?? contentTypeOfName(filename);
  const isText = isTextType(type);
  if (isText || type === unknownContentType) {
    const text = textOf(bytes);
    if (text !== undefined) return { content_type: isText ? type : "text/plain", text };
  }
  return { content_type: type, bytes, filename };
}

/** The last part of the place. */
export function nameOf({ place }: Source): string {
  return place.slice(place.lastIndexOf("/") + 1);
}

/** Undefined if the bytes are in another encoding, or not text: text has no zero bytes. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
