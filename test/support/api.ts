/** The API as a stranger's program sees it: status, headers and JSON, whatever they are. */
import { type ChunkPageAnswer, chunkPageSchema } from "../../lambdas/contract/calls/documents.ts";
import type { AppAddress } from "./deployment/app.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface RawRequest {
  /** @default an operator's of tenant `test`; `null` sends none */
  readonly apiKey?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
}

export async function callApi(
  app: Pick<AppAddress, "apiUrl" | "apiKey">,
  method: string,
  path: string,
  { apiKey = app.apiKey, headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  const response = await fetch(app.apiUrl + path, {
    method,
    headers: {
      ...(apiKey === null ? {} : { "x-api-key": apiKey }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

/** All stored chunks of a document, page by page; none when it is not there. */
export async function chunksOf(
  app: Pick<AppAddress, "apiUrl" | "apiKey">,
  documentId: string,
): Promise<ChunkPageAnswer["chunks"]> {
  const chunks: ChunkPageAnswer["chunks"] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const path = `/documents/${documentId}/chunks?from=${from}`;
    const { status, body } = await callApi(app, "GET", path);
    if (status === 404) return [];
    const page: ChunkPageAnswer = chunkPageSchema.parse(body);
    chunks.push(...page.chunks);
    from = page.next_from;
  }
  return chunks;
}

/** Whether exactly the passages of this text are stored, in order and without a gap. */
export async function isWhole(
  app: Pick<AppAddress, "apiUrl" | "apiKey">,
  documentId: string,
  text: string,
): Promise<boolean> {
  const chunks = await chunksOf(app, documentId);
  let end = 0;
  for (const [index, chunk] of chunks.entries()) {
    if (chunk.chunk_index !== index || chunk.start > end) return false;
    if (text.slice(chunk.start, chunk.end) !== chunk.text) return false;
    end = chunk.end;
  }
  return end === text.length;
}
