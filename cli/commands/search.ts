import { type Command, Option } from "@commander-js/extra-typings";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { searchModes } from "../../lambdas/contract/vocabulary.ts";
import type { SearchRequest } from "../client.ts";
import { asJson, json, pageLimit } from "../options.ts";
import { output } from "../output.ts";
import { indented, metadataLines } from "../passage.ts";
import { openClient, patienceOption } from "../session.ts";

const examples = `
Filters are JSON. A passage must meet all conditions; 2024 is not "2024":
  --filter '{"document_id": "handbook:2026:report.md"}'
  --filter '{"language": {"in": ["en", "de"]}}'
  --filter '{"attributes": {"team": "legal", "year": {"gte": 2020, "lt": 2024}}}'
  --filter '{"custom": {"due": {"lt": "2026-12-01"}}}'
Attributes are those of: sluice ingest FILE --attribute team=legal
Own fields (custom) are those of: sluice ingest FILE --schema fields.json`;

export function addSearch(program: Command): void {
  program
    .command("search")
    .description("search the ingested documents")
    .argument("<query>", "the words or the question to search for")
    .addOption(new Option("--mode <mode>", "how to search").choices(searchModes).default("hybrid"))
    .option("--limit <n>", "number of passages", pageLimit, 5)
    .option("--full", "print whole passages with their metadata, not only the part that matches")
    .addOption(patienceOption("the query cannot be embedded"))
    .option(
      "--filter <json>",
      "conditions on document, language, attributes and own fields; see below",
      json,
    )
    .option("--json", asJson)
    .addHelpText("after", examples)
    .action(async (query, options) => {
      const out = output(options.json === true);
      const { results } = await openClient(out.note, options.patience).search({
        query,
        mode: options.mode,
        limit: options.limit,
        // The API validates the filter and names the problem.
        ...(options.filter === undefined
          ? {}
          : { filter: options.filter as SearchRequest["filter"] }),
      });
      if (results.length === 0) out.note("No results.");
      for (const [i, hit] of results.entries()) {
        out.result(passage(i + 1, hit, options.full === true), hit);
      }
    });
}

type Hit = SearchAnswer["results"][number];

function passage(rank: number, hit: Hit, full: boolean): string {
  const where = [hit.title ?? hit.document_id, ...(hit.headings ?? [])].join(" › ");
  const chunk = `${hit.document_id} v${hit.document_version}, chunk ${hit.chunk_index}`;
  const lines = full ? [indented(hit.text), ...metadataLines(hit.metadata)] : [indented(part(hit))];
  return [
    `${rank}. ${where} (${chunk}${pages(hit)}, score ${hit.score.toFixed(3)})`,
    ...lines,
    "",
  ].join("\n");
}

/** The part of the passage that matches, in one line. */
function part(hit: Hit): string {
  // An older deployment answers none.
  const { text, start } = hit.snippet ?? { text: hit.text.slice(0, 300), start: 0 };
  const before = start > 0 ? "…" : "";
  const after = start + text.length < hit.text.length ? "…" : "";
  return `${before}${text.replace(/\s+/g, " ").trim()}${after}`;
}

function pages({ pages: span }: Hit): string {
  if (span === undefined) return "";
  return span[0] === span[1] ? `, page ${span[0]}` : `, pages ${span[0]} to ${span[1]}`;
}
