import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { citationOf } from "../../lambdas/contract/citation.ts";
import { searchModes } from "../../lambdas/contract/vocabulary.ts";
import { withoutMarkup } from "../../lambdas/contract/without-markup.ts";
import type { SearchRequest } from "../client.ts";
import { asJson, json, pageLimit, wholeNumberWithin } from "../options.ts";
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
    .option("--context <n>", "print n passages before and after each one", wholeNumberWithin(1, 5))
    .option("--group", "only the best passage of each document")
    .option("--unique", "a text that occurs several times only once")
    .option("--min-score <score>", "least cosine, -1 to 1; with --mode text, least score", score)
    .option("--offset <n>", "number of passages to skip", wholeNumberWithin(0, 900))
    .option("--no-rerank", "skip the deployment's reranker, if there is one")
    .option("--why", "print how each passage was found: cosine, ranks, reranker's score")
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
      const { filter, context, minScore, offset = 0 } = options;
      const {
        results,
        notice,
        next_offset: next,
      } = await openClient(out.note, options.patience).search({
        query,
        mode: options.mode,
        limit: options.limit,
        ...given({
          // The API validates the filter and names the problem.
          filter: filter as SearchRequest["filter"],
          context,
          min_score: minScore,
          offset: options.offset,
          group_by: options.group === true ? "document" : undefined,
          unique: options.unique,
          rerank: options.rerank ? undefined : false,
        }),
      });
      if (notice !== undefined) out.note(notice);
      if (results.length === 0) out.note(offset === 0 ? "No results." : "No more results.");
      const shown = { full: options.full === true, why: options.why === true };
      for (const [i, hit] of results.entries()) {
        out.result(passage(offset + i + 1, hit, shown), hit);
      }
      if (next !== undefined && offset > 0) out.note(`More: --offset ${next}`);
    });
}

type Optional<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what was not asked for: a deployment of an earlier version knows fewer fields. */
function given<T extends object>(options: T): Optional<T> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Optional<T>;
}

function score(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number >= -1 && number <= 1) return number;
  throw new InvalidArgumentError("The value must be a number from -1 to 1.");
}

type Hit = SearchAnswer["results"][number];

interface Shown {
  readonly full: boolean;
  readonly why: boolean;
}

function passage(rank: number, hit: Hit, { full, why }: Shown): string {
  const where = [hit.title ?? hit.document_id, ...(hit.headings ?? [])].join(" › ");
  const chunk = `${hit.document_id} v${hit.document_version}, chunk ${hit.chunk_index}`;
  const source = [chunk, citationOf(hit) ?? [], `score ${hit.score.toFixed(3)}`].flat();
  const { before = [], after = [] } = hit;
  const lines = [
    ...before.map(({ text }) => indented(text)),
    indented(full || before.length + after.length > 0 ? hit.text : part(hit)),
    ...after.map(({ text }) => indented(text)),
    ...(full ? metadataLines(hit.metadata) : []),
    ...(why ? [indented(reasons(hit))] : []),
  ];
  return [`${rank}. ${where} (${source.join(", ")})`, ...lines, ""].join("\n");
}

/** How the passage came to its place. */
function reasons(hit: Hit): string {
  const { vector_score: cosine, vector_rank: byMeaning, text_rank: byWords } = hit;
  const { rerank_score: reranked, document_hits: hits, duplicates = [] } = hit;
  return [
    cosine === undefined ? [] : `cosine ${cosine.toFixed(3)}`,
    byMeaning === undefined ? [] : `by meaning no. ${byMeaning}`,
    byWords === undefined ? [] : `by words no. ${byWords}`,
    reranked === undefined ? [] : `reranker ${reranked.toFixed(3)}`,
    hits === undefined ? [] : `${hits} of this document's passages match`,
    duplicates.length === 0
      ? []
      : `same text: ${duplicates.map((of) => `${of.document_id} chunk ${of.chunk_index}`).join(", ")}`,
  ]
    .flat()
    .join(" · ");
}

/** The part of the passage that matches, in one line. */
function part(hit: Hit): string {
  // An older deployment answers none.
  const { text, start } = hit.snippet ?? { text: hit.text.slice(0, 300), start: 0 };
  const before = hit.text.slice(0, start).trim() === "" ? "" : "…";
  const after = hit.text.slice(start + text.length).trim() === "" ? "" : "…";
  return `${before}${withoutMarkup(text).replace(/\s+/g, " ").trim()}${after}`;
}
