import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { type Command, Option } from "@commander-js/extra-typings";
import pMap from "p-map";
import { titleOf } from "../../lambdas/contract/title.ts";
import { chunkingStrategies } from "../../lambdas/contract/vocabulary.ts";
import type { Client } from "../client.ts";
import { ApiError, UploadError, UsageError } from "../errors.ts";
import { documentIdOf, readSources, type SourceFile } from "../files.ts";
import { onInterrupt } from "../interrupt.ts";
import { asJson, attribute, wholeNumber, wholeNumberWithin } from "../options.ts";
import { type Output, output } from "../output.ts";
import type { ProgressView } from "../progress.ts";
import { send, type WholeDocument } from "../send.ts";
import { advice, follow, openClient, patienceOption, statusOf, viewFor } from "../session.ts";

/** Number of files sent and followed at the same time. */
const parallelFiles = 4;

export function addIngest(program: Command): void {
  program
    .command("ingest")
    .description("send documents (Markdown or plain text, UTF-8)")
    .argument("<file...>", "the files; each file is one document")
    .option("--watch", "follow the jobs until they end")
    .option("--json", asJson)
    .option("--document-id <id>", "the document's id (default: from the file's name and path)")
    .option(
      "--title <title>",
      "the document's title (default: the file's name without its extension)",
    )
    .option("--attribute <name=value>", "a value for search filters; may be repeated", attribute)
    .option("--content-type <type>", "text/markdown or text/plain (default: by the file's name)")
    .addOption(new Option("--strategy <strategy>", "how to chunk").choices(chunkingStrategies))
    .option(
      "--max-tokens <n>",
      "maximum tokens of a chunk, 64 to 2048",
      wholeNumberWithin(64, 2048),
    )
    .option("--overlap-tokens <n>", "tokens repeated from the previous chunk", wholeNumber)
    .addOption(patienceOption("the queue is full"))
    .action(async (paths, options) => {
      if (paths.length > 1 && (options.documentId ?? options.title) !== undefined) {
        throw new UsageError("--document-id and --title apply to one document. Give one file.");
      }
      const out = output(options.json === true);
      const view = viewFor(out.json);
      const client = openClient((line) => view.say(line), options.patience);
      const files = readSources(paths, options.contentType);
      const job: Ingest = {
        client,
        out,
        view,
        watch: options.watch === true,
        // Many long polls at once would hold as many functions.
        waitSeconds: files.length > parallelFiles ? 0 : 10,
        following: new Set(),
        document: (file) => documentOf(file, options),
      };
      const stopListening = job.watch ? onInterrupt(() => job.following, view.end) : () => {};
      const statuses = await pMap(files, (file) => ingestFile(file, job), {
        concurrency: parallelFiles,
      }).finally(() => {
        stopListening();
        view.end();
      });
      process.exitCode = Math.max(...statuses);
    });
}

interface Ingest {
  readonly client: Client;
  readonly out: Output;
  readonly view: ProgressView;
  readonly watch: boolean;
  readonly waitSeconds: number;
  /** Accepted jobs that have not ended yet. */
  readonly following: Set<string>;
  readonly document: (file: SourceFile) => WholeDocument;
}

/** Sends one file and, with --watch, follows its job. A refused file does not stop the others. */
async function ingestFile(file: SourceFile, ingest: Ingest): Promise<0 | 1> {
  const { client, out, view, waitSeconds } = ingest;
  try {
    // The idempotency key makes a repeated submission the same job, however the first one ended.
    const accepted = await send(client, ingest.document(file), {
      idempotencyKey: randomUUID(),
      onUpload: (sizeBytes) => view.say(`${file.path}: uploading ${megabytes(sizeBytes)} MB`),
    });
    if (out.json) out.result("", { type: "accepted", file: file.path, ...accepted });
    if (!ingest.watch) {
      view.say(
        `${file.path}: queued as job ${accepted.job_id}. Follow it: npm run sluice -- job ${accepted.job_id} --watch`,
      );
      return 0;
    }
    ingest.following.add(accepted.job_id);
    const job = await follow(client, file.path, accepted.job_id, view, {
      waitSeconds,
      onChange: (state) => {
        if (out.json) out.result("", { type: "job", file: file.path, ...state });
      },
    });
    ingest.following.delete(accepted.job_id);
    const hint = advice(job);
    if (hint !== undefined) view.say(`${file.path}: ${hint}`);
    return statusOf(job);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof UploadError)) throw error;
    const answer = error instanceof ApiError ? error.answer : { error: error.message };
    if (out.json) out.result("", { type: "error", file: file.path, ...answer });
    view.say(`${file.path}: ${error.message}`);
    return 1;
  }
}

function megabytes(sizeBytes: number): string {
  return (sizeBytes / 1024 ** 2).toFixed(1);
}

interface DocumentOptions {
  readonly documentId?: string | undefined;
  readonly title?: string | undefined;
  readonly attribute?: Record<string, string | number | boolean> | undefined;
  readonly strategy?: (typeof chunkingStrategies)[number] | undefined;
  readonly maxTokens?: number | undefined;
  readonly overlapTokens?: number | undefined;
}

function documentOf(file: SourceFile, options: DocumentOptions): WholeDocument {
  const chunking = defined({
    strategy: options.strategy,
    max_tokens: options.maxTokens,
    overlap_tokens: options.overlapTokens,
  });
  return {
    text: file.text,
    content_type: file.contentType,
    document_id: options.documentId ?? documentIdOf(file.path),
    // Without a title, search results would show the document's id.
    title: options.title ?? titleOf(basename(file.path)),
    ...defined({ attributes: options.attribute }),
    ...(Object.keys(chunking).length === 0 ? {} : { options: { chunking } }),
  };
}

/** Removes undefined fields, as JSON does. */
function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as never;
}
