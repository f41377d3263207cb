/** Tools that read: `search`, `get_document`, `list_documents`. */
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import * as z from "zod";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { searchModes } from "../../lambdas/contract/vocabulary.ts";
import type { Client, SearchRequest } from "../client.ts";
import { chunks } from "../output.ts";
import { answer, bounded } from "./answer.ts";

const readOnly = { readOnlyHint: true, openWorldHint: false } as const;

/** More passages than this do not fit into an answer. */
const maxResults = 20;

export function addDocumentTools(server: McpServer, client: Client): void {
  server.registerTool(
    "search",
    {
      title: "Search documents",
      description:
        "Finds passages of the ingested documents. Each is numbered and followed by its source: document id, version, chunk, and pages where the file has them. Cite the source of what you use.",
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
        const { results } = await client.search({ ...request, filter: conditions });
        if (results.length === 0) return "No passage was found.";
        return bounded(results.map(passage), (shown) =>
          shown < results.length ? `(${results.length - shown} more results; lower limit)` : "",
        );
      }),
  );

  server.registerTool(
    "get_document",
    {
      title: "Read a document",
      description:
        "The text of a document, chunk by chunk. A long document takes several calls: continue with the `from` that the answer names.",
      inputSchema: {
        document_id: z.string(),
        from: z.int().min(0).default(0).describe("Index of the first chunk"),
        limit: z.int().min(1).max(50).default(20).describe("Maximum number of chunks"),
      },
      annotations: readOnly,
    },
    ({ document_id: id, from, limit }) =>
      answer(async () => {
        const page = await client.chunks(id, { from, limit });
        const about = `Document ${id}, version ${page.document_version}`;
        const texts = page.chunks.map(
          ({ chunk_index, headings, text }) =>
            `[${id}, chunk ${chunk_index}${headings.length > 0 ? `: ${headings.join(" › ")}` : ""}]\n${text}`,
        );
        return bounded([about, ...texts], (shown) => {
          const next = page.chunks[shown - 1]?.chunk_index ?? page.next_from;
          return next === undefined ? "(the end of the document)" : `(continue with from: ${next})`;
        });
      }),
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
        const lines = page.documents.map(
          ({ document_id, document_version, title, chunk_count, stored_at }) =>
            `${document_id}  v${document_version}  ${chunks(chunk_count)}  ${stored_at}  ${title ?? ""}`.trimEnd(),
        );
        if (lines.length === 0) return "No documents are stored.";
        const more = page.next_cursor === undefined ? [] : [`(more: cursor ${page.next_cursor})`];
        return [...lines, ...more].join("\n");
      }),
  );
}

function passage(hit: SearchAnswer["results"][number], index: number): string {
  const { document_id, document_version, chunk_index, pages } = hit;
  const where = [hit.title ?? document_id, ...(hit.headings ?? [])].join(" › ");
  const range = pages === undefined ? "" : `, pages ${pages[0]} to ${pages[1]}`;
  const source = `${document_id}, version ${document_version}, chunk ${chunk_index}${range}`;
  return `[${index + 1}] ${where}\nSource: ${source}\n${hit.text}`;
}
