import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../errors.ts";
import { asJson } from "../options.ts";
import { type Output, output } from "../output.ts";
import { confirmed } from "../sending/confirm.ts";
import { documentOf, schemaIn, withDocumentOptions } from "../sending/document-options.ts";
import { goneFrom, removeAll } from "../sending/gone.ts";
import { ingestFiles } from "../sending/ingest-files.ts";
import { openClient, patienceOption, viewFor } from "../session.ts";
import { findSources, folderName, folderSources } from "../sources/sources.ts";

export function addSync(program: Command): void {
  withDocumentOptions(
    program
      .command("sync")
      .description("send a folder's files, and remove its documents whose files are gone")
      .argument("<folder>", "the folder")
      .option("--dry-run", "only say what would be sent and removed")
      .option("--yes", "remove without asking")
      .option("--json", asJson)
      .addOption(patienceOption("the queue is full"))
      .addHelpText(
        "after",
        `
A document belongs to the folder if its id begins with the folder's name, unless a source
(a followed bucket) of that name sent it. Files that --include and --exclude leave out are
neither sent nor removed.`,
      ),
  ).action(async (folder, options) => {
    const name = options.as ?? folderName(folder);
    const sources = findSources([folder], options);
    if (sources.some(({ place }) => !place.includes("/"))) {
      throw new UsageError(`${folder} is not a folder. To send a file, use ingest.`);
    }
    const out = output(options.json === true);
    const schema = schemaIn(options.schema, out.json ? () => {} : out.note);
    const view = viewFor(out.json, sources.length);
    const client = openClient((line) => view.say(line), options.patience);
    const all = folderSources(folder, { hidden: true }, name);
    const unread = all.find(({ problem }) => problem !== undefined);
    if (unread !== undefined) {
      throw new UsageError(
        `${unread.path} cannot be read (${unread.problem}), so it is not known which files are gone. Nothing was sent.`,
      );
    }
    const gone = await goneFrom(client, name, all);
    if (options.dryRun)
      return plan(
        out,
        sources.map(({ path }) => path),
        gone,
      );

    const removes = gone.length > 0 && (options.yes === true || (await confirmed(gone)));
    const outcomes = await ingestFiles(sources, {
      client,
      out,
      view,
      watch: true,
      document: (source) => documentOf(source, { ...options, schema }),
    });
    const removed = removes ? await removeAll(client, gone, out) : 0;
    if (gone.length > 0 && !removes) out.note(`Removed no document; ${gone.length} are gone.`);
    const failed = outcomes.some(({ kind }) => kind === "failed" || kind === "cancelled");
    process.exitCode = failed || (removes && removed < gone.length) ? 1 : 0;
  });
}

function plan(out: Output, sent: readonly string[], gone: readonly string[]): void {
  for (const file of sent) out.result(`send    ${file}`, { type: "send", file });
  for (const document_id of gone) {
    out.result(`remove  ${document_id}`, { type: "remove", document_id });
  }
  out.note(`Would send ${sent.length} and remove ${gone.length}. Unchanged files cost nothing.`);
}
