/** One call to the fake provider: recorded, delayed, failed by script or answered. */
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { sha256 } from "../../../lambdas/platform/sha256.ts";
import {
  type ChatRequest,
  chatRequest,
  describe,
  embed,
  embeddingsRequest,
  passageOf,
  tokensOf,
} from "./fake-provider-answers.ts";
import type { Journal, Outcome } from "./fake-provider-journal.ts";
import {
  bodyOf,
  messageOf,
  type Refusal,
  refusedForm,
  streamOf,
  vectorOf,
  vectorsOf,
} from "./fake-provider-quirks.ts";
import type { EndpointName, Fault, FaultPicker, Script } from "./fake-provider-script.ts";

export interface IncomingCall {
  readonly endpoint: EndpointName;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly response: ServerResponse;
}

export interface Surroundings {
  readonly script: Script;
  readonly picker: FaultPicker;
  readonly journal: Journal;
  readonly sinceMs: number;
  /** Ends the waits of this script. */
  readonly replaced: Promise<void>;
}

interface Reply {
  readonly outcome: Outcome;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as it is. */
  readonly body: unknown;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}

type Question = { readonly texts: readonly string[] } & (
  | { readonly kind: "chat"; readonly request: ChatRequest }
  | { readonly kind: "embeddings"; readonly base64: boolean; readonly suffix: string }
);

export async function answer(call: IncomingCall, around: Surroundings): Promise<void> {
  const { endpoint, headers, response } = call;
  const { journal, script, picker } = around;
  const correlationId = String(headers["x-correlation-id"] ?? "");
  const startedAtMs = Date.now();
  // Sockets that clients have just given up are closed first, or they would count as in flight.
  await new Promise(setImmediate);
  journal.enter(endpoint, correlationId);

  const question = questionOf(endpoint, call.body, script);
  const texts = question?.texts ?? [];
  const text = texts.join("\n");
  const leave = (outcome: Outcome, reply?: Reply) =>
    journal.leave({
      endpoint,
      correlationId,
      authorized: headers.authorization !== undefined,
      startedAtMs,
      endedAtMs: Date.now(),
      textHashes: texts.map(sha256),
      outcome,
      status: reply?.status ?? 0,
      promptTokens: reply?.promptTokens ?? 0,
      completionTokens: reply?.completionTokens ?? 0,
    });

  const complaint = objection(call, question, script);
  const earlierAsks = complaint ? 0 : journal.asked(endpoint, sha256(text));
  const ask = { endpoint, text, earlierAsks, sinceMs: around.sinceMs };
  const fault = complaint ? undefined : picker.pick(ask);
  if (fault?.kind === "reset") {
    leave("reset");
    response.socket?.resetAndDestroy();
    return;
  }
  const waitMs = fault?.kind === "hang" ? undefined : picker.latencyMs(ask);
  if ((await waitOrClose(response, waitMs, around.replaced)) === "closed") return leave("aborted");
  const reply = complaint ?? (fault ? faulty(fault, texts) : good(question as Question, script));
  // Left before it is sent: the client may start its next call the moment it has the answer.
  leave(reply.outcome, reply);
  response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
  response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
}

function questionOf(
  endpoint: EndpointName,
  body: string,
  { quirks: { embedsField } }: Script,
): Question | undefined {
  try {
    const json: unknown = JSON.parse(body);
    if (endpoint === "chat") {
      const request = chatRequest.parse(json);
      return { kind: "chat", request, texts: [passageOf(request)] };
    }
    const request = embeddingsRequest.parse(json);
    const base64 = request.encoding_format === "base64";
    const field = embedsField && (json as Record<string, unknown>)[embedsField];
    const suffix = typeof field === "string" ? ` ${field}` : "";
    return { kind: "embeddings", base64, suffix, texts: [request.input].flat() };
  } catch {
    return undefined;
  }
}

/** What is wrong with a call before its text is looked at. */
function objection(
  call: IncomingCall,
  question: Question | undefined,
  script: Script,
): Reply | undefined {
  if (question === undefined) return failed("bad-request", 400, "not a request of this endpoint");
  if (script.apiKey !== undefined && call.headers.authorization !== `Bearer ${script.apiKey}`) {
    return failed("unauthorized", 401, "Incorrect API key", "invalid_api_key");
  }
  const { quirks } = script;
  if (quirks.moves !== undefined && !call.path.endsWith("/")) {
    const headers = { location: `${call.path}/` };
    return { outcome: "reject", status: quirks.moves, headers, body: "" };
  }
  const parameters = Object.entries(JSON.parse(call.body) as Record<string, unknown>);
  for (const refused of script.refuseParameters) {
    // `response_format:json_schema` refuses one value, `temperature` any.
    const [name, value] = refused.split(":");
    const given = parameters.find(([key]) => key === name)?.[1];
    if (given !== undefined && (!value || JSON.stringify(given).includes(`"${value}"`))) {
      return quirks.parameterRefusal === undefined
        ? failed("bad-parameter", 400, `${refused} is not supported by this model`)
        : refusal("bad-parameter", quirks.parameterRefusal, name ?? "");
    }
  }
  const { required } = quirks;
  const given = Object.fromEntries(parameters);
  const lacking = Object.entries(required?.fields ?? {}).find(
    ([name, value]) => JSON.stringify(given[name]) !== JSON.stringify(value),
  );
  if (required && lacking) return refusal("bad-parameter", required.refusal, lacking[0]);
  if (quirks.takesNoList && question.kind === "embeddings" && Array.isArray(given["input"])) {
    return refusal("reject", quirks.takesNoList, "input");
  }
  return question.kind === "embeddings"
    ? tooMuch(question.texts, script)
    : wrongForm(question.request, script);
}

function tooMuch(texts: readonly string[], { quirks }: Script): Reply | undefined {
  const { mostInputs, mostInputTokens } = quirks;
  if (mostInputs && texts.length > mostInputs.count) {
    return refusal("reject", mostInputs.refusal, String(texts.length));
  }
  const long = texts.find((text) => mostInputTokens && tokensOf(text) > mostInputTokens.count);
  return mostInputTokens && long !== undefined
    ? refusal("reject", mostInputTokens.refusal, long.slice(0, 60))
    : undefined;
}

function wrongForm(request: ChatRequest, { quirks }: Script): Reply | undefined {
  const wrong = refusedForm(request, request.max_tokens ?? request.max_completion_tokens, quirks);
  return wrong && refusal("reject", wrong.refusal, wrong.it);
}

function refusal(outcome: Outcome, how: Refusal, it: string): Reply {
  return { outcome, status: how.status, headers: how.headers, body: bodyOf(how, it) };
}

/** Waits (for ever if `ms` is undefined), but no longer than the client and the script do. */
async function waitOrClose(
  response: ServerResponse,
  ms: number | undefined,
  replaced: Promise<void>,
): Promise<"waited" | "closed"> {
  return new Promise((resolve) => {
    const waited = () => resolve("waited");
    const timer = ms === undefined ? undefined : setTimeout(waited, ms);
    if (ms !== undefined) void replaced.then(waited);
    response.once("close", () => {
      clearTimeout(timer);
      resolve("closed");
    });
    if (response.destroyed) resolve("closed");
  });
}

function failed(outcome: Outcome, status: number, message: string, code?: string): Reply {
  return { outcome, status, body: { error: { message, type: "fake", param: null, code } } };
}

function faulty(fault: Fault, texts: readonly string[]): Reply {
  const text = texts.join("\n");
  switch (fault.kind) {
    case "rate-limit":
      return {
        ...failed(fault.kind, 429, "slow down", "rate_limited"),
        headers: retryAfter(fault),
      };
    case "server-error":
      return {
        ...failed(fault.kind, fault.status ?? 500, `cannot: ${text.slice(0, 40)}`),
        headers: retryAfter(fault),
      };
    case "reject":
      return failed(fault.kind, fault.status ?? 400, `not accepted: ${text.slice(0, 40)}`);
    case "unauthorized":
      return failed(fault.kind, 401, "Incorrect API key", "invalid_api_key");
    case "broken-body":
      return { outcome: fault.kind, status: 200, body: '{"choices": [{"mess' };
    case "malformed":
      return completion(fault.kind, text, '{"title": "half an');
    case "empty":
      return completion(fault.kind, text, "");
    case "truncated":
      return completion(fault.kind, text, '{"title": "half an', "length");
    case "refusal":
      return completion(fault.kind, text, null, "stop", "I cannot help with that.");
    case "no-vectors": {
      const data = texts.map((_, index) => ({ index, embedding: null }));
      return { outcome: fault.kind, status: 200, body: { data } };
    }
    case "answer": {
      const { status = 200, body, headers = {} } = fault;
      const echo = JSON.stringify(text).slice(1, -1);
      const raw = typeof body === "string" ? body : JSON.stringify(body);
      return { outcome: fault.kind, status, headers, body: raw.replaceAll("{text}", echo) };
    }
    case "hang":
    case "reset":
      throw new Error(`${fault.kind} has no answer`);
  }
}

function retryAfter(fault: Fault): Record<string, string> {
  if (fault.retryAfterSeconds === undefined) return {};
  const date = new Date(Date.now() + fault.retryAfterSeconds * 1_000).toUTCString();
  return { "retry-after": fault.retryAfterDate ? date : String(fault.retryAfterSeconds) };
}

function completion(
  outcome: Outcome,
  text: string,
  content: string | null,
  finish = "stop",
  refusal: string | null = null,
): Reply {
  const usage = { prompt_tokens: tokensOf(text), completion_tokens: tokensOf(content ?? "") };
  return {
    outcome,
    status: 200,
    body: {
      object: "chat.completion",
      choices: [
        { index: 0, finish_reason: finish, message: { role: "assistant", content, refusal } },
      ],
      usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
      // An embeddings call that meets one of these faults gets what has no vectors.
      data: [],
    },
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
  };
}

function good(question: Question, script: Script): Reply {
  const { quirks } = script;
  const [first = ""] = question.texts;
  if (question.kind === "chat") return described(first, question.request, script);
  const promptTokens = question.texts.reduce((sum, text) => sum + tokensOf(text), 0);
  const embeddings = question.texts.map((text) => {
    const vector = embed(`${text}${question.suffix}`, script.dimensions);
    return vectorOf(vector, text, question.base64 && !script.floatsOnly, quirks);
  });
  return {
    outcome: "ok",
    status: 200,
    body: vectorsOf(embeddings, promptTokens, quirks),
    promptTokens,
  };
}

function described(text: string, request: ChatRequest, { quirks, wrap }: Script): Reply {
  const may = request.max_tokens ?? request.max_completion_tokens ?? 512;
  if (may < (quirks.thinksForTokens ?? 0) && text.includes(quirks.thinksAbout)) {
    const finish = quirks.saysCutOff ? "length" : "stop";
    return completion("truncated", text, "<think>Hmm, let me see", finish);
  }
  const json = JSON.stringify({ ...describe(text, request), ...quirks.metadata });
  const reply = completion("ok", text, `${wrap.before}${json}${wrap.after}`);
  const { choices, usage } = reply.body as { choices: [object]; usage: object };
  const content = `${wrap.before}${json}${wrap.after}`;
  const message = { role: "assistant", ...messageOf(content, quirks) };
  const body = { choices: [{ ...choices[0], message }], ...(quirks.usage ? { usage } : {}) };
  return { ...reply, body: request.stream === true ? streamOf(body) : body };
}
