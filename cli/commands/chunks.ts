import type { Command } from "@commander-js/extra-typings";
import type { ChunkPageAnswer } from "../../lambdas/contract/calls/documents.ts";
import { citationOf } from "../../lambdas/contract/citation.ts";
import { asJson, pageLimit, wholeNumber } from "../options.ts";
import { output } from "../output.ts";
import { indented, metadataLines, shortened } from "../passage.ts";
import { openClient } from "../session.ts";
import { typed } from "../typed-command.ts";

export function addChunks(program: Command): void {
  program
    .command("chunks")
    .description("show the stored chunks of a document with their metadata")
    .argument("<document-id>", "the document's id")
    .option("--from <index>", "the first chunk", wholeNumber, 0)
    .option("--limit <n>", "how many", pageLimit, 10)
    .option("--full", "print whole chunks, not only their beginnings")
    .option("--json", asJson)
    .action(async (id, { from, limit, full, json }) => {
      const out = output(json === true);
      const page = await openClient(out.note).chunks(id, { from, limit });
      if (!out.json && from === 0) {
        const attributes = Object.entries(page.attributes).map(
          ([name, value]) => `${name}=${value}`,
        );
        const about = attributes.length === 0 ? "" : `, ${attributes.join(", ")}`;
        out.note(`Document ${page.document_id}, version ${page.document_version}${about}`);
      }
      for (const chunk of page.chunks) {
        const { document_id, document_version } = page;
        out.result(chunkText(chunk, full === true), { document_id, document_version, ...chunk });
      }
      if (page.chunks.length === 0) {
        out.note(
          from === 0
            ? `No chunk of the document is stored: send it again, or see docs/runbooks/restore.md.`
            : "No chunks from there on.",
        );
      }
      if (page.next_from !== undefined) {
        out.note(`More chunks: ${typed(`chunks ${id} --from ${page.next_from}`)}`);
      }
    });
}

function chunkText(chunk: ChunkPageAnswer["chunks"][number], full: boolean): string {
  const { chunk_index, headings, start, end, text, metadata } = chunk;
  const where = [`${chunk_index}.`, ...(headings.length === 0 ? [] : [headings.join(" › ")])];
  const place = [citationOf(chunk) ?? [], `characters ${start} to ${end}`].flat();
  return [
    `${where.join(" ")} (${place.join(", ")})`,
    indented(full ? text : shortened(text)),
    ...metadataLines(metadata),
    "",
  ].join("\n");
}
