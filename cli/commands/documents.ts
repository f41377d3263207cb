import type { Command } from "@commander-js/extra-typings";
import type { DocumentAnswer } from "../../lambdas/contract/calls/documents.ts";
import { asJson, pageLimit } from "../options.ts";
import { chunks, output, table } from "../output.ts";
import { openClient } from "../session.ts";

export function addDocuments(program: Command): void {
  program
    .command("documents")
    .description("list what is stored and can be found, by the documents' ids")
    .option("--limit <n>", "how many", pageLimit, 20)
    .option("--cursor <cursor>", "continue after the previous page")
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const page = await openClient(out.note).documents({
        limit: options.limit,
        ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
      });
      if (out.json) for (const document of page.documents) out.result("", document);
      else if (page.documents.length === 0) out.note("No documents are stored.");
      else out.result(table(page.documents.map(row)), page);
      if (page.next_cursor !== undefined) out.note(`More results: --cursor ${page.next_cursor}`);
    });
}

export function addRemove(program: Command): void {
  program
    .command("remove")
    .description("remove a document and all its chunks from every search")
    .argument("<document-id>", "the document's id")
    .option("--json", asJson)
    .action(async (id, options) => {
      const out = output(options.json === true);
      const removed = await openClient(out.note).removeDocument(id);
      const { document_version, chunk_count } = removed;
      const what =
        "cancelled_jobs" in removed
          ? `Nothing was stored of ${id} yet. What was submitted of it will not be stored.`
          : `Removed ${id}: version ${document_version}, ${chunks(chunk_count)}.`;
      out.result(what, removed);
    });
}

function row(document: DocumentAnswer): string[] {
  const { document_id, document_version, chunk_count, stored_at, title } = document;
  const stored = stored_at.slice(0, 19);
  return [document_id, `v${document_version}`, chunks(chunk_count), stored, title ?? ""];
}
