import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

/** A file of a function's code. */
export interface Entry {
  /** Its path in the archive. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable?: true;
}

/** Takes half the time of the default level for 5 % more bytes (measured on LanceDB's 186 MB). */
const compressionLevel = 3;
/** The earliest date that zip can store; a fixed date makes equal content equal bytes. */
const mtime = new Date("1980-01-01T00:00:00Z");

/** SHA-256 over paths and contents, independent of their order. */
export function contentHash(entries: readonly Entry[]): string {
  const hash = createHash("sha256");
  for (const { path, content } of inOrder(entries)) {
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Zips here instead of in CDK, which would copy 250 MB first and compress them at the slowest level. */
export async function writeArchive(entries: readonly Entry[], file: string): Promise<void> {
  const zip = new ZipFile();
  for (const { path, content, executable } of inOrder(entries)) {
    const mode = executable ? 0o100755 : 0o100644;
    zip.addBuffer(content, path, { mtime, mode, compressionLevel, forceDosTimestamp: true });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

function inOrder(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
}
