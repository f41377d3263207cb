import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../errors.ts";
import { asJson } from "../options.ts";
import { output } from "../output.ts";
import { documentOf, schemaIn, withDocumentOptions } from "../sending/document-options.ts";
import { ingestFiles } from "../sending/ingest-files.ts";
import { openClient, patienceOption, viewFor } from "../session.ts";
import { findSources } from "../sources/sources.ts";

const examples = `
Examples:
  sluice ingest report.md --watch
  sluice ingest handbook --include '*.md' --exclude drafts --attribute team=legal
  curl -sL https://example.com/ | sluice ingest - --name example.html

A document's id comes from the file's name, or from the folder's name and the path
inside it, as in the console: handbook/2026/report.md is handbook:2026:report.md.
Patterns match the path inside the folder; without a slash, they match names in
every folder. Hidden files are left out.`;

export function addIngest(program: Command): void {
  withDocumentOptions(
    program
      .command("ingest")
      .description("send files, all files of a folder, or standard input")
      .argument(
        "<path...>",
        "files and folders, or - for standard input; each file is one document",
      )
      .option("--watch", "follow the jobs until they end")
      .option("--json", asJson)
      .option("--name <name>", "the file name of a document from standard input")
      .option("--document-id <id>", "the document's id (default: from the file's name or place)")
      .option(
        "--title <title>",
        "the document's title (default: the file's name without its extension)",
      )
      .option("--content-type <type>", "for example text/markdown (default: by the file's name)")
      .addOption(patienceOption("the queue is full"))
      .addHelpText("after", examples),
  ).action(async (paths, options) => {
    const sources = findSources(paths, options);
    if (sources.length > 1 && (options.documentId ?? options.title) !== undefined) {
      throw new UsageError("--document-id and --title apply to one document. Give one file.");
    }
    const out = output(options.json === true);
    const schema = schemaIn(options.schema, out.json ? () => {} : out.note);
    const view = viewFor(out.json, sources.length);
    const outcomes = await ingestFiles(sources, {
      client: openClient((line) => view.say(line), options.patience),
      out,
      view,
      watch: options.watch === true,
      document: (source) => documentOf(source, { ...options, schema }),
    });
    process.exitCode = outcomes.every(({ kind }) => kind !== "failed" && kind !== "cancelled")
      ? 0
      : 1;
  });
}
