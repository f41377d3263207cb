/** What the fake provider does wrong, and how slowly: plain JSON, so that it can be set in process or over HTTP. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { quirksSchema } from "./fake-provider-quirks.ts";

export const endpoints = ["chat", "embeddings"] as const;
export type EndpointName = (typeof endpoints)[number];

export const faultKinds = [
  /** 429, with `Retry-After` if `retryAfterSeconds` or `retryAfterDate` is given. */
  "rate-limit",
  /** `status` (default 500). */
  "server-error",
  /** No answer until the client gives up. */
  "hang",
  /** The connection is torn down without an answer. */
  "reset",
  /** 200 with a body that is not JSON. */
  "broken-body",
  /** 200 whose content is cut off in the middle of its JSON. */
  "malformed",
  /** 200 with nothing in it. */
  "empty",
  /** 200 with finish_reason `length`. */
  "truncated",
  /** 200 with a refusal instead of content. */
  "refusal",
  /** `status` (default 400): this input is not accepted. */
  "reject",
  /** 401: the key is not accepted. */
  "unauthorized",
  /** 200 with null for the vector of each text. */
  "no-vectors",
  /** `status` (default 200) with `body` and `headers`, as they are; `{text}` in a body stands for the text. */
  "answer",
] as const;
export type FaultKind = (typeof faultKinds)[number];

const fault = z.strictObject({
  kind: z.enum(faultKinds),
  /** @default both */
  endpoint: z.enum(endpoints).optional(),
  /** Chance that a call meets it, drawn from the seed, the text and how often it was asked before. @default 1 */
  probability: z.number().min(0).max(1).default(1),
  /** Only texts that contain this. */
  whenText: z.string().min(1).optional(),
  /** Only the first so many asks of a text (per endpoint). */
  firstAsks: z.int().min(1).optional(),
  /** Only so many calls in all. */
  times: z.int().min(1).optional(),
  /** Only within this window, in milliseconds after the script was set: an outage. */
  fromMs: z.number().min(0).optional(),
  untilMs: z.number().min(0).optional(),
  status: z.int().min(200).max(599).optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  retryAfterSeconds: z.number().min(0).optional(),
  /** Tells `retryAfterSeconds` as an HTTP date. */
  retryAfterDate: z.boolean().default(false),
});
export type Fault = z.infer<typeof fault>;

const latency = z.union([
  z.number().min(0),
  z.strictObject({ minMs: z.number().min(0), maxMs: z.number().min(0) }),
]);

export const scriptSchema = z.strictObject({
  seed: z.int().default(1),
  /** How long an answer takes, faults but `hang` and `reset` included. */
  latencyMs: z
    .strictObject({ chat: latency.default(0), embeddings: latency.default(0) })
    .prefault({}),
  /** The first that applies is met. */
  faults: z.array(fault).default([]),
  /** Parameters complained about with a 400, as some endpoints do. */
  refuseParameters: z.array(z.string()).default([]),
  /** Embeddings as numbers even when base64 is asked for, as some endpoints do. */
  floatsOnly: z.boolean().default(false),
  /** What stands before and after the JSON of a good chat answer, as some models have it. */
  wrap: z
    .strictObject({ before: z.string(), after: z.string() })
    .prefault({ before: "", after: "" }),
  quirks: quirksSchema.prefault({}),
  dimensions: z.int().min(1).max(4096).default(64),
  /** Another key than this is answered 401. @default any or none */
  apiKey: z.string().min(1).optional(),
});
export type Script = z.infer<typeof scriptSchema>;
export type ScriptInput = z.input<typeof scriptSchema>;

export interface Ask {
  readonly endpoint: EndpointName;
  /** All texts of the call. */
  readonly text: string;
  /** How often the same text was asked here before. */
  readonly earlierAsks: number;
  /** Milliseconds since the script was set. */
  readonly sinceMs: number;
}

/** A number from 0 to below 1 that depends on nothing but its arguments, so that the order of arrival cannot change it. */
function draw(...parts: readonly (string | number)[]): number {
  return createHash("sha256").update(JSON.stringify(parts)).digest().readUInt32BE() / 2 ** 32;
}

/** Chooses the fault that a call meets. Holds how often each was met. */
export class FaultPicker {
  readonly #script: Script;
  readonly #met: number[];

  constructor(script: Script) {
    this.#script = script;
    this.#met = script.faults.map(() => 0);
  }

  pick(ask: Ask): Fault | undefined {
    const index = this.#script.faults.findIndex((fault, at) => this.#applies(fault, at, ask));
    if (index === -1) return undefined;
    this.#met[index] = (this.#met[index] ?? 0) + 1;
    return this.#script.faults[index];
  }

  latencyMs(ask: Ask): number {
    const latency = this.#script.latencyMs[ask.endpoint];
    if (typeof latency === "number") return latency;
    const share = draw(this.#script.seed, "latency", ask.endpoint, ask.text, ask.earlierAsks);
    return latency.minMs + share * (latency.maxMs - latency.minMs);
  }

  #applies(fault: Fault, at: number, ask: Ask): boolean {
    return (
      (fault.endpoint === undefined || fault.endpoint === ask.endpoint) &&
      (fault.whenText === undefined || ask.text.includes(fault.whenText)) &&
      (fault.firstAsks === undefined || ask.earlierAsks < fault.firstAsks) &&
      (fault.times === undefined || (this.#met[at] ?? 0) < fault.times) &&
      ask.sinceMs >= (fault.fromMs ?? 0) &&
      ask.sinceMs < (fault.untilMs ?? Infinity) &&
      draw(this.#script.seed, at, ask.endpoint, ask.text, ask.earlierAsks) < fault.probability
    );
  }
}
