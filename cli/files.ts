/** Reads the files to ingest, all of them before the first is sent. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { maxUploadBytes } from "../lambdas/contract/limits.ts";
import { UsageError } from "./errors.ts";

export interface SourceFile {
  /** The path as the caller wrote it. */
  readonly path: string;
  readonly text: string;
  readonly contentType: string;
}

const typeByExtension: Readonly<Record<string, string>> = {
  ".md": "text/markdown",
  ".markdown": "text/markdown",
  ".txt": "text/plain",
  ".text": "text/plain",
  "": "text/plain",
};

/** @throws UsageError that names every unusable file and the reason */
export function readSources(paths: readonly string[], contentType?: string): SourceFile[] {
  const problems: string[] = [];
  const files: SourceFile[] = [];
  for (const path of paths) {
    try {
      files.push(readSource(path, contentType));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new UsageError(`Nothing was sent.\n  ${problems.join("\n  ")}`);
  return files;
}

function readSource(path: string, contentType: string | undefined): SourceFile {
  const type = contentType ?? typeByExtension[extname(path).toLowerCase()];
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    const pattern = /[*?[{]/.test(path) ? " No file matches this pattern." : "";
    throw new UsageError(`${path} does not exist.${pattern}`);
  }
  if (stat.isDirectory()) {
    throw new UsageError(`${path} is a directory. Name its files, for example ${path}/*.md`);
  }
  if (type === undefined) {
    throw new UsageError(
      `${path} is neither Markdown nor plain text. If it is text, add --content-type text/plain`,
    );
  }
  if (stat.size > maxUploadBytes) {
    throw new UsageError(
      `${path} has ${stat.size} bytes; the limit is ${maxUploadBytes} bytes. Split it into several documents.`,
    );
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
    return { path, text, contentType: type };
  } catch (error) {
    if (error instanceof TypeError)
      throw new UsageError(`${path} is not UTF-8 text. Convert it to UTF-8 and send it again.`);
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * The file's name and a hash of its path. The same file is the next version of the same document;
 * files with the same name in two folders are two documents.
 */
export function documentIdOf(path: string): string {
  const name = basename(path)
    .replace(/[^A-Za-z0-9._:-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "");
  const place = createHash("sha256").update(resolve(path)).digest("hex").slice(0, 8);
  return `${name.slice(0, 100) || "file"}-${place}`;
}
