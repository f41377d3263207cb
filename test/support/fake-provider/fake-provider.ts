/**
 * An OpenAI-compatible provider on loopback: a real HTTP server with faults
 * and latency by script, which records every call. In process:
 *
 *     const provider = await startFakeProvider({ latencyMs: { chat: 200 } });
 *     provider.script({ faults: [{ kind: "rate-limit", probability: 0.3 }] });
 *     provider.summary("chat").peak;
 *
 * On its own: `node test/support/fake-provider.ts --port 9090`, then
 * `PUT /control/script`, `POST /control/reset`, `GET /control/summary`,
 * `GET /control/calls`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import { closeAtOnce, listen } from "../loopback.ts";
import { type EndpointSummary, Journal, type RecordedCall } from "./fake-provider-journal.ts";
import { answer } from "./fake-provider-reply.ts";
import {
  type EndpointName,
  FaultPicker,
  type Script,
  type ScriptInput,
  scriptSchema,
} from "./fake-provider-script.ts";

export interface FakeProvider {
  /** For `LLM_BASE_URL` and `EMBEDDINGS_BASE_URL`; ends with `/v1`. */
  readonly baseUrl: string;
  readonly controlUrl: string;
  readonly calls: readonly RecordedCall[];
  /** Connections opened since the last reset. */
  readonly connections: number;
  summary(endpoint: EndpointName): EndpointSummary;
  /**
   * Replaces the script; its windows count from now. What was recorded stays, and calls
   * that still wait out the old latency are answered, as the old script says.
   */
  script(script: ScriptInput): void;
  /** Forgets what was recorded; the script stays. */
  reset(): void;
  close(): Promise<void>;
}

/** @param port @default 0: a free one */
export async function startFakeProvider(first: ScriptInput = {}, port = 0): Promise<FakeProvider> {
  const journal = new Journal();
  let script: Script = scriptSchema.parse(first);
  let picker = new FaultPicker(script);
  let scriptSetAtMs = Date.now();
  let replaced = Promise.withResolvers<void>();

  const setScript = (input: ScriptInput) => {
    script = scriptSchema.parse(input);
    replaced.resolve();
    replaced = Promise.withResolvers();
    picker = new FaultPicker(script);
    scriptSetAtMs = Date.now();
  };

  const control = async (request: IncomingMessage, response: ServerResponse) => {
    switch (`${request.method} ${request.url}`) {
      case "PUT /control/script": {
        const parsed = scriptSchema.safeParse(JSON.parse(await bodyOf(request)));
        if (!parsed.success) return respond(response, 400, { issues: parsed.error.issues });
        setScript(parsed.data);
        return respond(response, 200, script);
      }
      case "POST /control/reset":
        journal.reset();
        return respond(response, 200, {});
      case "GET /control/calls":
        return respond(response, 200, journal.calls);
      case "GET /control/summary":
        return respond(response, 200, {
          chat: journal.summary("chat"),
          embeddings: journal.summary("embeddings"),
          connections: journal.connections,
        });
      default:
        return respond(response, 404, { error: "no such control" });
    }
  };

  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const route = routes[`${request.method} ${path.replace(/\/$/, "")}`];
    const handling =
      route === undefined
        ? control(request, response)
        : bodyOf(request).then((body) =>
            answer(
              { endpoint: route, path, headers: request.headers, body, response },
              {
                script,
                picker,
                journal,
                sinceMs: Date.now() - scriptSetAtMs,
                replaced: replaced.promise,
              },
            ),
          );
    handling.catch((error: unknown) => {
      if (!response.headersSent) respond(response, 500, { error: String(error) });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on("connection", () => journal.connected());
  const origin = await listen(server, port);

  return {
    baseUrl: `${origin}/v1`,
    controlUrl: `${origin}/control`,
    get calls() {
      return journal.calls;
    },
    get connections() {
      return journal.connections;
    },
    summary: (endpoint) => journal.summary(endpoint),
    script: setScript,
    reset: () => journal.reset(),
    close: () => closeAtOnce(server),
  };
}

const routes: Readonly<Record<string, EndpointName>> = {
  "POST /v1/chat/completions": "chat",
  "POST /v1/embeddings": "embeddings",
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "0" }, script: { type: "string", default: "{}" } },
  });
  const provider = await startFakeProvider(
    JSON.parse(values.script) as ScriptInput,
    Number(values.port),
  );
  console.log(JSON.stringify({ base_url: provider.baseUrl, control_url: provider.controlUrl }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void provider.close());
  }
}
