/** The files to ingest: single files, whole folders and standard input. */
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { documentIdOf } from "../../lambdas/contract/document-id.ts";
import { maxUploadBytes } from "../../lambdas/contract/limits.ts";
import { UsageError } from "../errors.ts";
import { type FolderFilter, filesIn } from "./folder.ts";

export interface Source {
  /** The path as a person sees it, relative to where the command runs. */
  readonly path: string;
  /** What the document's id is made from: see `documentIdOf`. NFC, separated by `/`. */
  readonly place: string;
  /** The file's absolute path; missing for standard input. */
  readonly file?: string;
  /** Why a folder in the place of files could not be listed. */
  readonly problem?: string;
  /** @throws SourceError if the file cannot be sent */
  readonly read: () => Promise<Uint8Array>;
}

/** This file cannot be sent; the others can. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

export interface SourceOptions extends FolderFilter {
  /** The name of the document from standard input. */
  readonly name?: string | undefined;
  /** The name of a folder in ids. @default its own */
  readonly as?: string | undefined;
}

/**
 * Expands folders. Every path is checked before the first file is sent.
 * @param paths `-` is standard input
 * @throws UsageError that names every unusable path and the reason
 */
export function findSources(paths: readonly string[], options: SourceOptions = {}): Source[] {
  const problems: string[] = [];
  const found = paths.flatMap((path) => {
    try {
      return expand(path, options);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (options.name !== undefined && !paths.includes("-")) {
    problems.push("--name is the name of a document from standard input: ingest - --name NAME");
  }
  const sources = withoutRepeats(found);
  problems.push(...sharedIds(sources));
  if (problems.length > 0) throw new UsageError(`Nothing was sent.\n  ${problems.join("\n  ")}`);
  return sources;
}

function expand(path: string, options: SourceOptions): Source[] {
  if (path === "-") return [standardInput(options.name)];
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw new UsageError(
      `${path} is a URL, and Sluice reads files. Download it, for example: curl -sL '${path}' | sluice ingest - --name ${nameInUrl(path)}`,
    );
  }
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    const pattern = /[*?[{]/.test(path) ? " No file matches this pattern." : "";
    throw new UsageError(`${path} does not exist.${pattern}`);
  }
  if (!stat.isDirectory()) {
    if (stat.size > maxUploadBytes) throw new UsageError(`${path} ${tooLarge(stat.size)}`);
    return [fileSource(path, basename(path))];
  }
  const files = folderSources(path, options, options.as);
  if (files.length > 0) return files;
  const filtered = options.include?.length || options.exclude?.length;
  throw new UsageError(
    filtered
      ? `${path} has no file that matches --include and --exclude. Hidden files are left out.`
      : `${path} has no files. Hidden files are left out.`,
  );
}

/** All files of a folder. Each document's id begins with the folder's name. */
export function folderSources(
  folder: string,
  filter: FolderFilter = {},
  name = folderName(folder),
): Source[] {
  return filesIn(folder, filter).map(({ path, inside, problem }) => {
    const place = `${name}/${inside}`.normalize("NFC");
    if (problem === undefined) return fileSource(path, place);
    const read = () => Promise.reject(new SourceError(`cannot be read: ${problem}`));
    return { path, place, problem, read };
  });
}

/** The folder's own name, also for `.` and `..`. */
export function folderName(folder: string): string {
  return (basename(resolve(folder)) || "root").normalize("NFC");
}

function fileSource(path: string, place: string): Source {
  const read = async () => {
    const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (sizeBytes > maxUploadBytes) throw new SourceError(tooLarge(sizeBytes));
    try {
      return await readFile(path);
    } catch (error) {
      throw new SourceError(`cannot be read: ${(error as Error).message}`, { cause: error });
    }
  };
  return { path, place: place.normalize("NFC"), file: resolve(path), read };
}

function standardInput(name: string | undefined): Source {
  if (name === undefined || name.trim() === "") {
    throw new UsageError(
      "A document from standard input needs a name, which gives its id, title and type: --name report.md",
    );
  }
  if (name.includes("/")) throw new UsageError(`--name ${name} must be a file name, not a path.`);
  const read = async () => {
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    for await (const part of process.stdin as AsyncIterable<Buffer>) {
      sizeBytes += part.length;
      if (sizeBytes > maxUploadBytes) throw new SourceError(tooLarge(sizeBytes, "at least "));
      parts.push(part);
    }
    return Buffer.concat(parts);
  };
  return { path: name, place: name.normalize("NFC"), read };
}

function tooLarge(sizeBytes: number, least = ""): string {
  return `has ${least}${sizeBytes} bytes; the limit is ${maxUploadBytes} bytes. Split it into several documents.`;
}

/** A file that is named twice, or by itself and by its folder, is sent once. */
function withoutRepeats(sources: readonly Source[]): Source[] {
  return [...new Map(sources.map((source) => [source.file ?? source, source])).values()];
}

/** Two files with one id would overwrite each other. */
function sharedIds(sources: readonly Source[]): string[] {
  const pathById = new Map<string, string>();
  return sources.flatMap(({ path, place }) => {
    const id = documentIdOf(place);
    const first = pathById.get(id);
    pathById.set(id, first ?? path);
    return first === undefined
      ? []
      : [
          `${first} and ${path} would both be document ${id}. Send their folder as a whole, or one at a time with --document-id.`,
        ];
  });
}

function nameInUrl(url: string): string {
  const last = URL.canParse(url) ? new URL(url).pathname.split("/").at(-1) : "";
  return /^[A-Za-z0-9._-]+\.[A-Za-z0-9]+$/.test(last ?? "") ? String(last) : "page.html";
}
