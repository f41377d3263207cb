import { type Command, Option } from "@commander-js/extra-typings";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { searchModes } from "../../lambdas/contract/vocabulary.ts";
import type { SearchRequest } from "../client.ts";
import { asJson, json, pageLimit } from "../options.ts";
import { output } from "../output.ts";
import { openClient, patienceOption } from "../session.ts";

export function addSearch(program: Command): void {
  program
    .command("search")
    .description("search the ingested documents")
    .argument("<query>", "the words or the question to search for")
    .addOption(new Option("--mode <mode>", "how to search").choices(searchModes).default("hybrid"))
    .option("--limit <n>", "number of passages", pageLimit, 5)
    .addOption(patienceOption("the query cannot be embedded"))
    .option("--filter <json>", "conditions on document, language and attributes", json)
    .option("--json", asJson)
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
      for (const [i, hit] of results.entries()) out.result(passage(i + 1, hit), hit);
    });
}

export function passage(rank: number, hit: SearchAnswer["results"][number]): string {
  const where = [hit.title ?? hit.document_id, ...(hit.headings ?? [])].join(" › ");
  // An older deployment answers none.
  const { text, start } = hit.snippet ?? { text: hit.text.slice(0, 300), start: 0 };
  const before = start > 0 ? "…" : "";
  const after = start + text.length < hit.text.length ? "…" : "";
  const shown = `${before}${text.replace(/\s+/g, " ").trim()}${after}`;
  return `${rank}. ${where} (${hit.document_id} v${hit.document_version}, chunk ${hit.chunk_index}, score ${hit.score.toFixed(3)})\n   ${shown}\n`;
}
