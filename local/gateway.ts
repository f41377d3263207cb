/**
 * The API at a stable address: passes `/v1/*` to the emulator's REST API unchanged and redirects
 * `/` to the console. It listens before the stack is up, so that a used port is reported
 * immediately.
 */
import { randomUUID } from "node:crypto";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { LocalFailure } from "../ops/failure.ts";

export interface Gateway {
  readonly url: string;
  /**
   * Forwards `/v1/…` to this URL from now on.
   * @param logFile the log of the process behind the URL, if Sluice started it
   */
  connect(apiUrl: string, logFile?: string): void;
  /** Aborts open requests and closes the port. */
  close(): Promise<void>;
}

interface Upstream {
  readonly url: URL;
  readonly logFile: string | undefined;
}

/** @throws LocalFailure if the port is in use */
export async function openGateway(port: number): Promise<Gateway> {
  let upstream: Upstream | undefined;
  // No limit on sockets: each long poll holds one.
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, answer) => {
    route(incoming, answer, upstream, agent);
  });
  // Longer than clients keep connections alive, so that none closes under a request.
  server.keepAliveTimeout = 75_000;
  await listen(server, port);
  const address = server.address();
  const bound = address !== null && typeof address === "object" ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    connect: (apiUrl, logFile) => {
      upstream = { url: new URL(apiUrl), logFile };
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE") {
      throw new LocalFailure(
        `Port ${port} on 127.0.0.1 is in use by another program. Stop it, or use another port: SLUICE_PORT=${port + 10} npm start`,
      );
    }
    throw new LocalFailure(
      `Port ${port} on 127.0.0.1 cannot be used (${code}). Use another port: SLUICE_PORT=8070 npm start`,
    );
  }
}

function route(
  incoming: IncomingMessage,
  answer: ServerResponse,
  upstream: Upstream | undefined,
  agent: Agent,
): void {
  const path = incoming.url ?? "/";
  if (path === "/" || path.startsWith("/?")) {
    answer.writeHead(302, { location: `/v1/console${path.slice(1)}` }).end();
  } else if (path !== "/v1" && !/^\/v1[/?]/.test(path)) {
    refuse(answer, 404, "not_found", `Nothing exists at ${path}. The API is at /v1.`);
  } else if (upstream === undefined) {
    refuse(answer, 503, "unavailable", "Sluice is still starting. Try again in a few seconds.");
  } else {
    forward(incoming, answer, upstream, agent, path.slice("/v1".length));
  }
}

/**
 * Headers for one connection only (RFC 9110, section 7.6.1), and those by which the emulator refuses
 * pages from elsewhere: here a key authorizes a call, as on AWS, whatever page makes it.
 */
const notPassedOn = [
  "origin",
  "sec-fetch-site",
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
];

function endToEnd(headers: IncomingMessage["headers"]): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !notPassedOn.includes(name)),
  );
}

function forward(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { url: upstream, logFile }: Upstream,
  agent: Agent,
  rest: string,
): void {
  const passedOn = request({
    agent,
    host: upstream.hostname,
    port: upstream.port,
    method: incoming.method,
    path: upstream.pathname.replace(/\/$/, "") + rest,
    // The emulator routes requests by host name, so it must see its own.
    headers: { ...endToEnd(incoming.headers), host: upstream.host },
  });
  passedOn.on("response", (response) => {
    answer.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
    response.pipe(answer);
    response.on("error", () => answer.destroy());
  });
  passedOn.on("error", () => {
    if (answer.headersSent) answer.destroy();
    else {
      const more = logFile === undefined ? "." : `. See its log: ${logFile}`;
      refuse(answer, 503, "unavailable", `The emulator does not respond${more}`);
    }
  });
  // If a client disconnects, its long poll ends.
  answer.on("close", () => passedOn.destroy());
  incoming.pipe(passedOn);
}

/** The error envelope of the API. */
function refuse(answer: ServerResponse, status: number, code: string, error: string): void {
  answer
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify({ error, code, request_id: randomUUID() }));
}
