import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FormatName } from "../../contract/file-formats.ts";
import { type Bounds, defaultBounds, hold } from "./bounds.ts";
import type { Attachment, Declared, Mark } from "./extraction.ts";
import { type Progress, runTask } from "./sandbox/run.ts";
import { files, type Result } from "./worker/protocol.ts";

/** A document's content as Markdown, and where each part of it comes from. */
export interface Extraction {
  readonly format: FormatName;
  readonly markdown: string;
  readonly title?: string | undefined;
  /** In order of their offsets, UTF-16 units into `markdown`; none for formats without places. */
  readonly marks: readonly Mark[];
  /** Pages or slides, for formats that have them. */
  readonly pageCount?: number | undefined;
  /** Pages, from 1, that show something but hold no text. */
  readonly unreadablePages: readonly number[];
  readonly attachments: readonly Attachment[];
}

export interface ExtractOptions {
  /** @default `defaultBounds` for each that is absent */
  readonly bounds?: Partial<Bounds> | undefined;
  /** Called at most ten times a second, and for the last page. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** @default the worker's source beside this file; a bundle names its own */
  readonly worker?: URL | undefined;
  /** Where the worker's files are until the document is read. @default the system's folder for such files */
  readonly tempFolder?: string | undefined;
}

/**
 * Reads a document in a process of its own, under a deadline and a limit of
 * memory. A parser that crashes, hangs or eats memory takes nothing with it.
 * @param input a file's path, or its bytes
 * @throws ExtractError, of which none is worth a retry
 */
export async function extract(
  input: string | Uint8Array,
  declared: Declared,
  options: ExtractOptions = {},
): Promise<Extraction> {
  const bounds = { ...defaultBounds, ...options.bounds };
  hold(
    typeof input === "string" ? (await stat(input)).size : input.length,
    bounds.maxInputBytes,
    "bytes",
  );
  const folder = await mkdtemp(join(options.tempFolder ?? tmpdir(), "sluice-extract-"));
  try {
    const path = typeof input === "string" ? input : join(folder, "input");
    if (typeof input !== "string") await writeFile(path, input);
    await runTask(
      { path, folder, declared, bounds },
      { ...options, worker: options.worker ?? new URL("./worker/main.ts", import.meta.url) },
    );
    return await collect(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function collect(folder: string): Promise<Extraction> {
  const result = JSON.parse(await readFile(join(folder, files.result), "utf8")) as Result;
  const attachments = await Promise.all(
    result.attachments.map(async (attachment, index) => ({
      ...attachment,
      bytes: new Uint8Array(await readFile(join(folder, files.attachment(index)))),
    })),
  );
  return { ...result, markdown: await readFile(join(folder, files.markdown), "utf8"), attachments };
}
