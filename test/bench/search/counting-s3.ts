/**
 * As much of S3 as the vector store uses, on a folder: it counts requests and bytes and answers
 * as late as S3 does. Runs as a process of its own, so that its memory is not the store's.
 * `PUT /-/latency?ms=20&mbps=75` sets both; `GET /-/asked` answers what was asked since.
 * Objects stand in the folder, so that a bucket can be kept and measured again.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { dirname, join } from "node:path";

const root = process.argv[2] ?? "";
let latencyMs = 0;
let bytesPerMs = Number.POSITIVE_INFINITY;
/** What was asked since the last look. */
let asked: AskedRequest[] = [];
const uploads = new Map<string, Map<number, Buffer>>();

export interface AskedRequest {
  readonly kind: "read" | "write" | "list";
  readonly key: string;
  readonly range: string;
  readonly fromMs: number;
  toMs: number;
  bytes: number;
}

const etagOf = (text: string) => `"${createHash("md5").update(text).digest("hex")}"`;
const pathOf = (key: string) => join(root, encodeURI(key));

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function sizeOf(key: string): Promise<number | undefined> {
  const found = await stat(pathOf(key)).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

async function put(key: string, body: Buffer): Promise<void> {
  await mkdir(dirname(pathOf(key)), { recursive: true });
  await writeFile(pathOf(key), body);
}

function xml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0"?>${body}`);
}

async function read(
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
  of: AskedRequest,
) {
  const size = await sizeOf(key);
  if (size === undefined) return xml(response, 404, "<Error><Code>NoSuchKey</Code></Error>");
  const range = /bytes=(\d*)-(\d*)/.exec(request.headers.range ?? "");
  const [from, to] =
    range === null
      ? [0, size - 1]
      : range[1] === ""
        ? [Math.max(0, size - Number(range[2])), size - 1]
        : [Number(range[1]), range[2] === "" ? size - 1 : Math.min(size - 1, Number(range[2]))];
  const length = Math.max(0, to - from + 1);
  const headers = {
    etag: etagOf(`${key} ${size}`),
    "last-modified": new Date(0).toUTCString(),
    "content-length": length,
    ...(range === null ? {} : { "content-range": `bytes ${from}-${to}/${size}` }),
  };
  if (request.method === "HEAD") return response.writeHead(200, headers).end();
  const file = await open(pathOf(key));
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, from);
  await file.close();
  of.bytes = length;
  if (bytesPerMs < length) await new Promise((done) => setTimeout(done, length / bytesPerMs));
  response.writeHead(range === null ? 200 : 206, headers).end(buffer);
}

async function list(bucket: string, query: URLSearchParams, response: ServerResponse) {
  const prefix = query.get("prefix") ?? "";
  const folder = `${bucket}/${prefix.slice(0, prefix.lastIndexOf("/") + 1)}`;
  const flat = query.get("delimiter") === null;
  const entries = await readdir(pathOf(folder), { withFileTypes: true, recursive: flat }).catch(
    () => [],
  );
  const keys: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    const inside = join(entry.parentPath, entry.name).slice(join(root, bucket).length + 1);
    const key = decodeURI(inside);
    if (!key.startsWith(prefix)) continue;
    if (entry.isFile()) keys.push(key);
    else if (!flat) folders.push(`${key}/`);
  }
  const contents = await Promise.all(
    keys
      .toSorted()
      .map(
        async (key) =>
          `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>${etagOf(key)}</ETag><Size>${await sizeOf(`${bucket}/${key}`)}</Size></Contents>`,
      ),
  );
  const common = folders
    .toSorted()
    .map((of) => `<CommonPrefixes><Prefix>${of}</Prefix></CommonPrefixes>`);
  const body = [...contents, ...common].join("");
  const head = `<Name>${bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${keys.length}</KeyCount><MaxKeys>100000</MaxKeys><IsTruncated>false</IsTruncated>`;
  xml(response, 200, `<ListBucketResult>${head}${body}</ListBucketResult>`);
}

async function write(
  key: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const body = await bodyOf(request);
  const parts = uploads.get(query.get("uploadId") ?? "");
  if (parts !== undefined) {
    parts.set(Number(query.get("partNumber")), body);
    return response.writeHead(200, { etag: etagOf(randomUUID()) }).end();
  }
  if (request.headers["if-none-match"] === "*" && (await sizeOf(key)) !== undefined) {
    return xml(response, 412, "<Error><Code>PreconditionFailed</Code></Error>");
  }
  await put(key, body);
  response.writeHead(200, { etag: etagOf(`${key} ${body.length}`) }).end();
}

async function post(
  key: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const body = (await bodyOf(request)).toString();
  if (query.has("delete")) {
    const bucket = key.replace(/\/$/, "");
    const keys = [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name = ""]) => name);
    for (const name of keys) await rm(pathOf(`${bucket}/${name}`), { force: true });
    const deleted = keys.map((name) => `<Deleted><Key>${name}</Key></Deleted>`);
    return xml(response, 200, `<DeleteResult>${deleted.join("")}</DeleteResult>`);
  }
  const id = query.get("uploadId");
  if (id === null) {
    const uploadId = randomUUID();
    uploads.set(uploadId, new Map());
    const result = `<UploadId>${uploadId}</UploadId>`;
    return xml(
      response,
      200,
      `<InitiateMultipartUploadResult>${result}</InitiateMultipartUploadResult>`,
    );
  }
  const parts = [...(uploads.get(id) ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
  uploads.delete(id);
  await put(key, Buffer.concat(parts));
  const result = `<ETag>${etagOf(key)}</ETag>`;
  xml(response, 200, `<CompleteMultipartUploadResult>${result}</CompleteMultipartUploadResult>`);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://s3");
  const key = decodeURIComponent(url.pathname.slice(1));
  if (key === "-/latency") {
    latencyMs = Number(url.searchParams.get("ms"));
    bytesPerMs = Number(url.searchParams.get("mbps")) * 1_000 || Number.POSITIVE_INFINITY;
    response.end();
    return;
  }
  if (key === "-/asked") {
    response.end(JSON.stringify(asked));
    asked = [];
    return;
  }
  const isBucket = !key.replace(/\/$/, "").includes("/");
  const isRead = request.method === "GET" || request.method === "HEAD";
  const of: AskedRequest = {
    kind: isRead ? (isBucket ? "list" : "read") : "write",
    key: isBucket ? `${key}${url.search}` : key,
    range: request.headers.range ?? request.method ?? "",
    fromMs: performance.now(),
    toMs: 0,
    bytes: 0,
  };
  asked.push(of);
  response.once("finish", () => {
    of.toMs = performance.now();
  });
  if (latencyMs > 0) await new Promise((done) => setTimeout(done, latencyMs));
  try {
    if (request.method === "GET" && isBucket) {
      await list(key.replace(/\/$/, ""), url.searchParams, response);
    } else if (isRead) {
      await read(key, request, response, of);
    } else if (request.method === "PUT") {
      await write(key, url.searchParams, request, response);
    } else if (request.method === "POST") {
      await post(key, url.searchParams, request, response);
    } else {
      await rm(pathOf(key), { force: true });
      response.writeHead(204).end();
    }
  } catch (error) {
    xml(response, 500, `<Error><Code>${String(error)}</Code></Error>`);
  }
}

const server = createServer((request, response) => {
  void answer(request, response);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : undefined);
});
