/**
 * Amazon Bedrock's runtime on loopback, in the shapes that the service
 * documents: Converse with a tool, Titan's and Cohere's embeddings, and its
 * exceptions. Its answers are derived from the text, like the fake provider's.
 */
import { createServer, type ServerResponse } from "node:http";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import * as z from "zod";
import {
  chatRequest,
  describe,
  embed,
  passageOf,
  tokensOf,
} from "./fake-provider/fake-provider-answers.ts";
import { closeAtOnce, listen } from "./loopback.ts";

/** An exception of the service, or an answer of its own shape. */
export interface Fault {
  readonly status: number;
  /** Such as `ThrottlingException`; nothing for a body that is an answer. */
  readonly type?: string;
  readonly message?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Only requests that contain this. @default all */
  readonly when?: string;
  /** Only so many. @default all */
  times?: number;
}

export interface Asked {
  readonly model: string;
  readonly operation: "converse" | "invoke";
  readonly body: Readonly<Record<string, unknown>>;
}

export interface BedrockStandIn {
  /** A client that speaks to it, once. */
  readonly client: BedrockRuntimeClient;
  /** For the SDK's `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`. */
  readonly url: string;
  readonly asked: Asked[];
  faults: Fault[];
  close(): Promise<void>;
}

const dimensions = 64;

const converseRequest = z.object({
  system: z.array(z.object({ text: z.string() })).optional(),
  messages: z.array(
    z.object({ role: z.literal("user"), content: z.array(z.object({ text: z.string().min(1) })) }),
  ),
  inferenceConfig: z.object({ maxTokens: z.int().min(1).optional() }).optional(),
  toolConfig: z
    .object({
      tools: z.array(
        z.object({
          toolSpec: z.object({
            name: z.string(),
            inputSchema: z.object({
              json: z.object({ properties: z.record(z.string(), z.unknown()) }),
            }),
          }),
        }),
      ),
      toolChoice: z.unknown().optional(),
    })
    .optional(),
});

const titanRequest = z.strictObject({
  inputText: z.string().min(1),
  dimensions: z.int().optional(),
  normalize: z.boolean().optional(),
});
const cohereRequest = z.strictObject({
  texts: z.array(z.string().min(1)).min(1),
  input_type: z.enum(["search_document", "search_query", "classification", "clustering"]),
  truncate: z.enum(["NONE", "START", "END"]).optional(),
  output_dimension: z.int().optional(),
});

export async function startBedrockStandIn(): Promise<BedrockStandIn> {
  const asked: Asked[] = [];
  const standIn = { faults: [] as Fault[] };
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const text = Buffer.concat(parts).toString("utf8");
      const [, model = "", operation = ""] =
        /^\/model\/([^/]+)\/(converse|invoke)$/.exec(request.url ?? "") ?? [];
      const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
      const named = decodeURIComponent(model);
      asked.push({ model: named, operation: operation as Asked["operation"], body });
      const fault = standIn.faults.find(
        ({ when = "", times = 1 }) => times > 0 && text.includes(when),
      );
      if (fault !== undefined) {
        if (fault.times !== undefined) fault.times -= 1;
        return fail(response, fault);
      }
      try {
        if (operation === "converse") converse(response, converseRequest.parse(body));
        else if (named.includes("rerank")) rerank(response, named, body);
        else if (named.includes("cohere.embed")) cohere(response, cohereRequest.parse(body));
        else titan(response, titanRequest.parse(body));
      } catch (error) {
        const message = `Malformed input request: ${String(error)}, please reformat your input and try again.`;
        fail(response, { status: 400, type: "ValidationException", message });
      }
    })();
  });
  const url = await listen(server);
  const client = new BedrockRuntimeClient({
    region: "eu-central-1",
    endpoint: url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  return Object.assign(standIn, {
    client,
    url,
    asked,
    close: async () => {
      client.destroy();
      await closeAtOnce(server);
    },
  });
}

function fail(response: ServerResponse, { status, type, message, body, headers }: Fault): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(type === undefined ? {} : { "x-amzn-errortype": `${type}:http://internal.amazon.com/` }),
    ...headers,
  });
  response.end(JSON.stringify(body ?? { message }));
}

function converse(response: ServerResponse, request: z.infer<typeof converseRequest>): void {
  const said = request.messages
    .flatMap(({ content }) => content.map(({ text }) => text))
    .join("\n");
  const [tool] = request.toolConfig?.tools ?? [];
  const schema = tool?.toolSpec.inputSchema.json;
  const asChat = chatRequest.parse({
    model: "m",
    messages: [{ role: "user", content: said }],
    ...(schema && { response_format: { json_schema: { schema } } }),
  });
  const passage = passageOf(asChat);
  const input = describe(passage, asChat);
  const content =
    tool === undefined
      ? [{ text: `Here is the description:\n${JSON.stringify(input)}` }]
      : [
          { text: "I take the tool." },
          { toolUse: { toolUseId: "tooluse_1", name: tool.toolSpec.name, input } },
        ];
  const usage = { inputTokens: tokensOf(said), outputTokens: tokensOf(JSON.stringify(input)) };
  const answer = {
    output: { message: { role: "assistant", content } },
    stopReason: tool === undefined ? "end_turn" : "tool_use",
    usage: { ...usage, totalTokens: usage.inputTokens + usage.outputTokens },
    metrics: { latencyMs: 1 },
  };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(answer));
}

const rerankRequest = z.strictObject({
  query: z.string().min(1),
  documents: z.array(z.string().min(1)).min(1).max(1_000),
  top_n: z.int().min(1).optional(),
  api_version: z.int().optional(),
});

/** The more words of the query a text has, the better. Best first, as the service answers. */
function rerank(response: ServerResponse, model: string, body: unknown): void {
  const { query, documents, api_version: version } = rerankRequest.parse(body);
  if (model.startsWith("cohere.") !== (version === 2)) throw new Error("api_version");
  const words = query.split(" ");
  const results = documents
    .map((text, index) => {
      const shared = words.filter((word) => text.includes(word)).length;
      return { index, relevance_score: shared / words.length };
    })
    .toSorted((a, b) => b.relevance_score - a.relevance_score);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ results }));
}

function titan(response: ServerResponse, request: z.infer<typeof titanRequest>): void {
  if (request.inputText.length > 50_000) {
    const message =
      "Malformed input request: expected maxLength: 50000, please reformat your input and try again.";
    return fail(response, { status: 400, type: "ValidationException", message });
  }
  const embedding = [...embed(request.inputText, request.dimensions ?? dimensions)];
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ embedding, inputTextTokenCount: tokensOf(request.inputText) }));
}

function cohere(response: ServerResponse, request: z.infer<typeof cohereRequest>): void {
  const long = request.texts.findIndex((text) => text.length > 2_048);
  if (long !== -1 || request.texts.length > 96) {
    const what =
      long === -1
        ? "#/texts: expected maximum item count: 96, found: 97"
        : `#/texts/${long}: expected maxLength: 2048, actual: ${request.texts[long]?.length}`;
    const message = `Malformed input request: ${what}, please reformat your input and try again.`;
    return fail(response, { status: 400, type: "ValidationException", message });
  }
  const marked = request.texts.map((text) =>
    request.input_type === "search_query" ? `${text} searched` : text,
  );
  const embeddings = marked.map((text) => [...embed(text, request.output_dimension ?? dimensions)]);
  const tokens = marked.reduce((sum, text) => sum + tokensOf(text), 0);
  response.writeHead(200, {
    "content-type": "application/json",
    "x-amzn-bedrock-input-token-count": String(tokens),
  });
  response.end(
    JSON.stringify({
      id: "1",
      response_type: "embeddings_floats",
      embeddings,
      texts: request.texts,
    }),
  );
}
