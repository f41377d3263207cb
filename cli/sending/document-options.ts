/** The options of a document that `ingest` and `sync` share. */
import { readFileSync } from "node:fs";
import { type Command, Option } from "@commander-js/extra-typings";
import { jsonBytes } from "../../lambdas/contract/calls/ingest.ts";
import { type CustomSchema, customSchema } from "../../lambdas/contract/custom-schema.ts";
import { documentIdOf } from "../../lambdas/contract/document-id.ts";
import { maxExtrasBytes } from "../../lambdas/contract/limits.ts";
import { titleOf } from "../../lambdas/contract/title.ts";
import { inPlainWords } from "../../lambdas/contract/validation-messages.ts";
import {
  chunkingStrategies,
  type MetadataScope,
  metadataScopes,
} from "../../lambdas/contract/vocabulary.ts";
import { UsageError } from "../errors.ts";
import { attribute, patterns, wholeNumber, wholeNumberWithin } from "../options.ts";
import { contentOf, nameOf } from "../sources/content.ts";
import type { Source } from "../sources/sources.ts";
import type { WholeDocument } from "./send.ts";

export interface DocumentOptions {
  readonly documentId?: string | undefined;
  readonly title?: string | undefined;
  readonly attribute?: Record<string, string | number | boolean> | undefined;
  readonly contentType?: string | undefined;
  readonly strategy?: (typeof chunkingStrategies)[number] | undefined;
  readonly maxTokens?: number | undefined;
  readonly overlapTokens?: number | undefined;
  readonly metadata?: MetadataScope | undefined;
  readonly schema?: CustomSchema | undefined;
  readonly force?: boolean | undefined;
  readonly callbackUrl?: string | undefined;
}

/** Adds the options that apply to every file. */
export function withDocumentOptions<A extends unknown[], O extends Record<string, unknown>>(
  command: Command<A, O>,
) {
  return command
    .option("--as <name>", "the folder's name in the documents' ids (default: its own)")
    .option(
      "--include <pattern>",
      "files of a folder to send, for example '*.md'; may be repeated",
      patterns,
    )
    .option("--exclude <pattern>", "files and folders to leave out; may be repeated", patterns)
    .option(
      "--attribute <name=value>",
      "a value for search filters; may be repeated. 2024 and true are typed, 1.10 stays text",
      attribute,
    )
    .option("--callback-url <url>", "where to send a signed webhook when a job ends")
    .addOption(
      new Option(
        "--metadata <what>",
        "describe each chunk, the document as a whole, or nothing (default: as the deployment says)",
      ).choices(metadataScopes),
    )
    .option("--schema <file>", "your own metadata fields as JSON Schema, extracted from each chunk")
    .addOption(new Option("--strategy <strategy>", "how to chunk").choices(chunkingStrategies))
    .option(
      "--max-tokens <n>",
      "maximum tokens of a chunk, 64 to 2048",
      wholeNumberWithin(64, 2048),
    )
    .option("--overlap-tokens <n>", "tokens repeated from the previous chunk", wholeNumber)
    .option("--force", "store documents again that are stored unchanged");
}

/** @throws SourceError */
export async function documentOf(source: Source, options: DocumentOptions): Promise<WholeDocument> {
  const chunking = defined({
    strategy: options.strategy,
    max_tokens: options.maxTokens,
    overlap_tokens: options.overlapTokens,
  });
  const metadata = defined({ schema: options.schema, per: options.metadata });
  const settings = {
    ...(Object.keys(chunking).length === 0 ? {} : { chunking }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
  return {
    ...(await contentOf(source, options.contentType)),
    document_id: options.documentId ?? documentIdOf(source.place),
    // Without a title, search results would show the document's id.
    title: options.title ?? titleOf(nameOf(source)),
    ...defined({
      attributes: options.attribute,
      force: options.force,
      callback_url: options.callbackUrl,
    }),
    ...(Object.keys(settings).length === 0 ? {} : { options: settings }),
  };
}

/**
 * Reads and checks the caller's own fields before a file is sent. Notes which of them a deployment
 * without a language model can fill only in part.
 * @throws UsageError
 */
export function schemaIn(
  path: string | undefined,
  note: (line: string) => void,
): CustomSchema | undefined {
  if (path === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    const what = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new UsageError(`Nothing was sent. ${path} ${what}: ${(error as Error).message}`);
  }
  const parsed = customSchema.safeParse(value, { error: inPlainWords });
  if (parsed.success) {
    const bytes = jsonBytes({ metadata: { schema: parsed.data } });
    if (bytes > maxExtrasBytes) {
      throw new UsageError(
        `Nothing was sent. ${path} has ${bytes} bytes as JSON, and a document's options and attributes together at most ${maxExtrasBytes}. Shorten descriptions, or remove fields.`,
      );
    }
    noteOnSchema(parsed.data, note);
    return parsed.data;
  }
  const issues = parsed.error.issues.map(
    ({ path: field, message }) => `\n  ${field.join(".") || "the schema"} ${message}`,
  );
  throw new UsageError(`Nothing was sent. ${path} does not describe fields:${issues.join("")}`);
}

function noteOnSchema(schema: CustomSchema, say: (line: string) => void): void {
  const names = fieldsByLabelOnly(schema);
  if (names.length === 0) return;
  const example = names[0] ?? "";
  say(
    `Note: with the metadata provider \`local\`, ${names.join(", ")} can be filled only where the text has a line such as "${example}: …". A language model fills them from any text.`,
  );
}

/** `local` also finds values of an `enum`, and dates, addresses and links by their `format`. */
function fieldsByLabelOnly({ properties }: CustomSchema): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const scalar = field.type === "array" ? field.items : field;
    const isFound =
      scalar.type === "string" &&
      (scalar.enum !== undefined || (scalar.format !== undefined && field.type !== "array"));
    return isFound ? [] : [name];
  });
}

/** Removes undefined fields, as JSON does. */
function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as never;
}
