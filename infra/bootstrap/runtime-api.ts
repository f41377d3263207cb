/** The Lambda Runtime API: a long poll for the next event, and a post of its result. */
import { type IncomingMessage, request } from "node:http";

export interface Invocation {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly event: unknown;
}

interface Reply {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/**
 * Uses `node:http` without an agent: one short connection per call, as the API intends. `fetch`
 * costs four times as much per warm call.
 */
function call(api: string, method: "GET" | "POST", path: string, body = ""): Promise<Reply> {
  const [host, port] = api.split(":");
  const payload = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host,
        port,
        path: `/2018-06-01/runtime/${path}`,
        method,
        agent: false,
        headers: method === "POST" ? { "content-length": payload.length } : {},
      },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({ headers: incoming.headers, body: Buffer.concat(parts).toString("utf8") }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(payload);
  });
}

export class RuntimeApi {
  readonly #api: string;

  /** @param api `host:port`, as in `AWS_LAMBDA_RUNTIME_API`. */
  constructor(api: string) {
    this.#api = api;
  }

  async next(): Promise<Invocation> {
    const { headers, body } = await call(this.#api, "GET", "invocation/next");
    return {
      requestId: String(headers["lambda-runtime-aws-request-id"]),
      deadlineMs: Number(headers["lambda-runtime-deadline-ms"]),
      functionArn: String(headers["lambda-runtime-invoked-function-arn"]),
      event: JSON.parse(body),
    };
  }

  async succeed(requestId: string, result: unknown): Promise<void> {
    const body = JSON.stringify(result) ?? "null";
    await call(this.#api, "POST", `invocation/${requestId}/response`, body);
  }

  async fail(requestId: string, error: unknown): Promise<void> {
    await call(this.#api, "POST", `invocation/${requestId}/error`, failure(error));
  }

  /** Reports that the handler could not be loaded; Lambda then discards the environment. */
  async failInit(error: unknown): Promise<void> {
    await call(this.#api, "POST", "init/error", failure(error));
  }
}

/** Step Functions matches `errorType`, so it is the error's literal name. */
function failure(thrown: unknown): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return JSON.stringify({
    errorType: error.name,
    errorMessage: error.message,
    trace: error.stack?.split("\n").slice(0, 20) ?? [],
  });
}
