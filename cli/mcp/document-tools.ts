/** Tools that read: `search`, `get_document`, `list_documents`. */
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import * as z from "zod";
import type {
  ChunkPageAnswer,
  DocumentPageAnswer,
} from "../../lambdas/contract/calls/documents.ts";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { citationOf } from "../../lambdas/contract/citation.ts";
import { searchModes } from "../../lambdas/contract/vocabulary.ts";
import type { Client, SearchRequest } from "../client.ts";
import { chunks } from "../output.ts";
import { answer, beginning, bounded, maxAnswerLength, shortened } from "./answer.ts";

const readOnly = { readOnlyHint: true, openWorldHint: false } as const;

/** More passages than this do not fit into an answer. */
const maxResults = 20;
/** Characters of one passage of a search. */
const maxPassageLength = 4_000;
/** Characters of what stands before a text: title and headings. */
const maxHeadLength = 1_000;

export function addDocumentTools(server: McpServer, client: Client): void {
  server.registerTool(
    "search",
    {
      title: "Search documents",
      description:
        "Finds passages of the ingested documents. Each is numbered and followed by its source: document id, version, chunk, and page, slide, sheet, record or chapter where the file has them. Cite the source of what you use.",
      inputSchema: {
        query: z.string().min(1).max(8_000).describe("The question, or the words to search for"),
        limit: z.int().min(1).max(maxResults).default(5),
        mode: z
          .enum(searchModes)
          .default("hybrid")
          .describe("By meaning (vector), by words (text), or by both (hybrid)"),
        filter: z
          .looseObject({})
          .optional()
          .describe(
            'Conditions, for example {"document_id": "handbook"} or {"attributes": {"year": {"gte": 2020}}}; {"custom": {"price": {"lt": 30}}} for own fields of the passages',
          ),
      },
      annotations: readOnly,
    },
    ({ filter = {}, ...request }) =>
      answer(async () => {
        // The API validates the filter and names the problem.
        const conditions = filter as NonNullable<SearchRequest["filter"]>;
        const { results, notice } = await client.search({ ...request, filter: conditions });
        const before = notice === undefined ? [] : [notice];
        if (results.length === 0) return [...before, "No passage was found."].join("\n\n");
        return bounded([...before, ...results.map(passage)], (shown) => {
          const left = before.length + results.length - shown;
          return left > 0 ? `(${left} more results; lower limit)` : "";
        });
      }),
  );

  server.registerTool(
    "get_document",
    {
      title: "Read a document",
      description:
        "The text of a document, chunk by chunk. A long document takes several calls: continue with the `from`, and the `offset` if there is one, that the answer names.",
      inputSchema: {
        document_id: z.string(),
        from: z.int().min(0).default(0).describe("Index of the first chunk"),
        offset: z
          .int()
          .min(0)
          .default(0)
          .describe("Characters of the first chunk that were read already"),
        limit: z.int().min(1).max(50).default(20).describe("Maximum number of chunks"),
      },
      annotations: readOnly,
    },
    ({ document_id: id, from, offset, limit }) =>
      answer(async () => documentText(await client.chunks(id, { from, limit }), offset)),
  );

  server.registerTool(
    "list_documents",
    {
      title: "List documents",
      description: "The stored documents by their ids, with titles and sizes, in pages.",
      inputSchema: {
        limit: z.int().min(1).max(100).default(50),
        cursor: z.string().optional().describe("From the answer with the previous page"),
      },
      annotations: readOnly,
    },
    ({ limit, cursor }) =>
      answer(async () => {
        const page = await client.documents({
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        });
        return documentList(page);
      }),
  );
}

/** Chunks are whole, but for one that is longer than an answer: the next call goes on within it. */
function documentText(page: ChunkPageAnswer, offset: number): string {
  const { document_id: id, document_version: version, chunks: all, next_from: nextFrom } = page;
  const about = `Document ${id}, version ${version}`;
  const goOn = (from: number, at?: number) =>
    `(continue with from: ${from}${at === undefined ? "" : `, offset: ${at}`})`;
  const texts = all.map((chunk, nth) => {
    const head = [`${id}, chunk ${chunk.chunk_index}`, citationOf(chunk) ?? []].flat().join(", ");
    const where = chunk.headings.length > 0 ? `: ${chunk.headings.join(" › ")}` : "";
    const rest = nth === 0 ? chunk.text.slice(offset) : chunk.text;
    return { head: `[${shortened(`${head}${where}`, maxHeadLength)}]\n`, rest };
  });
  const [first] = texts;
  const room = maxAnswerLength - about.length - (first?.head.length ?? 0) - 100;
  if (all[0] !== undefined && first !== undefined && first.rest.length > room) {
    const part = beginning(first.rest, room);
    const next = goOn(all[0].chunk_index, offset + part.length);
    return [about, `${first.head}${part}`, next].join("\n\n");
  }
  const parts = texts.map(({ head, rest }) => `${head}${rest}`);
  return bounded([about, ...parts], (shown) => {
    const next = all[shown - 1]?.chunk_index ?? nextFrom;
    return next === undefined ? "(the end of the document)" : goOn(next);
  });
}

/** One document a line. Titles are as long as there is room, so that none of the page is left out. */
function documentList({ documents, next_cursor: next }: DocumentPageAnswer): string {
  if (documents.length === 0) return "No documents are stored.";
  const lines = documents.map(
    ({ document_id, document_version, chunk_count, stored_at }) =>
      `${document_id}  v${document_version}  ${chunks(chunk_count)}  ${stored_at}`,
  );
  const more = next === undefined ? [] : [`(more: cursor ${next})`];
  const taken = [...lines, ...more].reduce((sum, line) => sum + line.length + 3, 0);
  const room = Math.max(0, Math.floor((maxAnswerLength - taken) / lines.length));
  const titled = lines.map((line, nth) =>
    `${line}  ${shortened(documents[nth]?.title ?? "", room)}`.trimEnd(),
  );
  return [...titled, ...more].join("\n");
}

function passage(hit: SearchAnswer["results"][number], index: number): string {
  const { document_id, document_version, chunk_index, text } = hit;
  const where = [hit.title ?? document_id, ...(hit.headings ?? [])].join(" › ");
  const source = [
    document_id,
    `version ${document_version}`,
    `chunk ${chunk_index}`,
    citationOf(hit) ?? [],
  ].flat();
  const shown = text.length <= maxPassageLength ? text : beginning(text, maxPassageLength);
  const left = text.length - shown.length;
  const rest =
    left === 0
      ? ""
      : `… (${left} more characters: get_document with from: ${chunk_index}, offset: ${shown.length})`;
  const head = `[${index + 1}] ${shortened(where, maxHeadLength)}`;
  return `${head}\nSource: ${source.join(", ")}\n${shown}${rest}`;
}
