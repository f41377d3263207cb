/** In which ways an endpoint that works differs from the one that its API is named after. */
import * as z from "zod";

const refusal = z.strictObject({
  status: z.int().min(200).max(599).default(400),
  /** JSON, or text that goes out as it is. `{it}` in it stands for what is refused. */
  body: z.unknown(),
  headers: z.record(z.string(), z.string()).default({}),
});
export type Refusal = z.infer<typeof refusal>;

export const quirksSchema = z.strictObject({
  /** How it complains about `refuseParameters`. @default OpenAI's way */
  parameterRefusal: refusal.optional(),
  /** Fields that a request must have with these values. */
  required: z.strictObject({ fields: z.record(z.string(), z.unknown()), refusal }).optional(),
  /** Fields over those of a good answer: small models answer null, or a text for a list. */
  metadata: z.record(z.string(), z.unknown()).default({}),
  /** Where a good answer stands. */
  content: z.enum(["string", "parts", "object", "tool", "reasoning"]).default("string"),
  /** Answers stop with `length` unless they may have so many tokens: thinking takes them. */
  thinksForTokens: z.int().min(1).optional(),
  /** Only of texts that contain this. @default all */
  thinksAbout: z.string().default(""),
  /** Whether `finish_reason` says that an answer was cut off. */
  saysCutOff: z.boolean().default(true),
  /** Refuses a larger `max_tokens`. @default OpenAI's way */
  mostOutputTokens: z
    .union([z.int().min(1), z.strictObject({ count: z.int().min(1), refusal })])
    .optional(),
  /** Refuses requests without `max_tokens`. */
  needsMaxTokens: refusal.optional(),
  /** Refuses messages of the role `system`. */
  refusesSystem: refusal.optional(),
  /** Refuses requests without `stream: true`, and streams its answers. */
  onlyStreams: refusal.optional(),
  /** Texts in one call of embeddings. */
  mostInputs: z.strictObject({ count: z.int().min(1), refusal }).optional(),
  /** Tokens of one text, about four characters each. */
  mostInputTokens: z.strictObject({ count: z.int().min(1), refusal }).optional(),
  /** Refuses a list of texts. */
  takesNoList: refusal.optional(),
  /** Moves every call to the same address with a slash at its end, by this status. */
  moves: z.int().min(300).max(399).optional(),
  index: z.enum(["position", "text", "from-one", "null", "zero", "absent"]).default("position"),
  form: z.enum(["openai", "ollama", "cohere", "bare", "results", "output"]).default("openai"),
  /** One vector; the last two only where base64 is asked for. */
  vector: z
    .enum(["plain", "row", "text", "object", "null-for-keeper-5", "float64", "big-endian"])
    .default("plain"),
  usage: z.boolean().default(true),
  /** Passages and queries are embedded differently: the value of this field, or the text before the colon, is part of the text. */
  embedsField: z.string().optional(),
});
export type Quirks = z.infer<typeof quirksSchema>;

/** The refusal's body, about `it`. */
export function bodyOf({ body }: Refusal, it: string): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const escaped = typeof body === "string" ? it : JSON.stringify(it).slice(1, -1);
  return text.replaceAll("{it}", escaped);
}

/** What it refuses of a chat request, for its form. */
export function refusedForm(
  request: {
    readonly stream?: boolean | undefined;
    readonly messages: readonly { readonly role: string }[];
  },
  maxTokens: number | undefined,
  { refusesSystem, onlyStreams, needsMaxTokens, mostOutputTokens }: Quirks,
): { readonly refusal: Refusal; readonly it: string } | undefined {
  if (refusesSystem && request.messages.some(({ role }) => role === "system")) {
    return { refusal: refusesSystem, it: "system" };
  }
  if (onlyStreams && request.stream !== true) return { refusal: onlyStreams, it: "stream" };
  if (maxTokens === undefined)
    return needsMaxTokens && { refusal: needsMaxTokens, it: "max_tokens" };
  const most =
    typeof mostOutputTokens === "number"
      ? { count: mostOutputTokens, refusal: tooLarge(mostOutputTokens) }
      : mostOutputTokens;
  return most && maxTokens > most.count
    ? { refusal: most.refusal, it: String(maxTokens) }
    : undefined;
}

function tooLarge(most: number): Refusal {
  const message = `max_tokens is too large: {it}. This model supports at most ${most}.`;
  return { status: 400, body: { error: { message, param: null, code: null } }, headers: {} };
}

/** The same answer as the events of a stream. */
export function streamOf({
  choices,
  usage,
}: {
  choices: readonly object[];
  usage?: object;
}): string {
  const [{ message, ...rest } = {}] = choices as readonly { message?: Record<string, unknown> }[];
  const content = typeof message?.["content"] === "string" ? message["content"] : "";
  const deltas = [
    { role: "assistant" },
    { content: content.slice(0, 20) },
    { content: content.slice(20) },
  ];
  const events = [
    ...deltas.map((delta) => ({ choices: [{ ...rest, finish_reason: null, delta }] })),
    { choices: [{ ...rest, delta: {} }] },
    { choices: [], usage },
  ];
  return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`;
}

/** The message of a good answer, in the place that the script says. */
export function messageOf(content: string, { content: place }: Quirks): Record<string, unknown> {
  switch (place) {
    case "string":
      return { content };
    case "parts":
      return {
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "{}? No." }] },
          { type: "text", text: content.slice(0, 20) },
          { type: "text", text: content.slice(20) },
        ],
      };
    case "object":
      return { content: JSON.parse(content) as unknown };
    case "tool":
      return {
        content: null,
        tool_calls: [{ type: "function", function: { name: "x", arguments: content } }],
      };
    case "reasoning":
      return { content: null, reasoning_content: `So it is about water. ${content}` };
  }
}

/** One vector, in the form that the script says. */
export function vectorOf(
  vector: Float32Array,
  text: string,
  base64: boolean,
  { vector: form }: Quirks,
): unknown {
  const plain = base64 ? Buffer.from(vector.buffer).toString("base64") : [...vector];
  switch (form) {
    case "plain":
      return plain;
    case "row":
      return [[...vector]];
    case "text":
      return JSON.stringify([...vector]);
    case "object":
      return { dense: [...vector] };
    case "null-for-keeper-5":
      return text.includes("Keeper 5 ") ? null : plain;
    case "float64":
      return base64 ? Buffer.from(Float64Array.from(vector).buffer).toString("base64") : plain;
    case "big-endian":
      return base64 ? Buffer.from(vector.slice().buffer).swap32().toString("base64") : plain;
  }
}

/** The vectors of a good answer, in the form that the script says. */
export function vectorsOf(
  embeddings: readonly unknown[],
  promptTokens: number,
  { form, index, usage }: Quirks,
): unknown {
  const counts = usage ? { usage: { prompt_tokens: promptTokens } } : {};
  switch (form) {
    case "ollama":
      return { embeddings };
    case "cohere":
      return { embeddings: { float: embeddings } };
    case "bare":
      return embeddings;
    case "results":
      return { results: embeddings.map((embedding) => ({ embedding })) };
    case "output": {
      const found = embeddings.map((embedding, at) => ({ text_index: at, embedding }));
      return { output: { embeddings: found.toReversed() } };
    }
    case "openai": {
      const indices = { null: null, zero: 0, absent: undefined };
      const indexOf = (at: number) => {
        if (index === "position") return at;
        if (index === "text") return String(at);
        return index === "from-one" ? at + 1 : indices[index];
      };
      const data = embeddings.map((embedding, at) => ({
        object: "embedding",
        index: indexOf(at),
        embedding,
      }));
      // In reverse, because their order is told by `index` alone.
      const isTold = ["position", "text", "from-one"].includes(index);
      return { object: "list", data: isTold ? data.toReversed() : data, ...counts };
    }
  }
}
