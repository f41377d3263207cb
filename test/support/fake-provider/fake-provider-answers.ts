/** What the fake provider answers: derived from the text alone, so that equal texts have equal answers. */
import { createHash } from "node:crypto";
import * as z from "zod";

export const chatRequest = z.object({
  model: z.string(),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
  stream: z.boolean().optional(),
  /** Bedrock's emulator asks so. */
  tools: z.array(z.unknown()).optional(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
  response_format: z
    .object({
      json_schema: z
        .object({ schema: z.object({ properties: z.record(z.string(), z.unknown()) }) })
        .optional(),
    })
    .optional(),
});
export type ChatRequest = z.infer<typeof chatRequest>;

export const embeddingsRequest = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string()).min(1)]),
  encoding_format: z.enum(["float", "base64"]).default("float"),
});

/** The passage between the prompt's marks, or all that the user said. */
export function passageOf(request: ChatRequest): string {
  const said = request.messages.filter(({ role }) => role === "user").map((m) => m.content);
  const user = said.join("\n");
  return /<(passage-[0-9a-f]+)>\n([\s\S]*)\n<\/\1>/.exec(user)?.[2] ?? user;
}

const customShape = z.object({ properties: z.record(z.string(), z.object({ type: z.unknown() })) });

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

export function describe(text: string, request: ChatRequest) {
  const counts = new Map<string, number>();
  for (const word of words(text)) {
    if (word.length > 4) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const keywords = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const names = [...new Set(text.match(/\b[A-Z][a-z]{3,}\b/g) ?? [])];
  const custom = customShape.safeParse(
    request.response_format?.json_schema?.schema.properties["custom"],
  );
  return {
    title: text.trim().split(/\s+/).slice(0, 8).join(" ").slice(0, 120),
    summary: text.trim().slice(0, 200),
    keywords: keywords.slice(0, 5).map(([word]) => word),
    entities: names.slice(0, 5).map((name) => ({ text: name, type: "other" })),
    language: "en",
    ...(custom.success
      ? {
          custom: Object.fromEntries(
            Object.entries(custom.data.properties).map(([name, field]) => [
              name,
              customValue([field.type].flat()[0], text),
            ]),
          ),
        }
      : {}),
  };
}

function customValue(type: unknown, text: string): unknown {
  switch (type) {
    case "string":
      return words(text)[0] ?? null;
    case "number":
    case "integer":
      return words(text).length;
    case "boolean":
      return text.length % 2 === 0;
    case "array":
      return [];
    default:
      return null;
  }
}

/** A bag of words thrown onto the dimensions by hash: texts that share words lie close together. Unit length. */
export function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  // One entry that every text has, so that none is without direction.
  for (const word of ["", ...words(text)]) {
    const hash = createHash("sha256").update(word).digest();
    const at = hash.readUInt32BE(0) % dimensions;
    vector[at] = (vector[at] ?? 0) + ((hash[4] ?? 0) % 2 === 0 ? 1 : -1) * (word === "" ? 0.01 : 1);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector.fill(1 / Math.sqrt(dimensions)) : vector.map((v) => v / length);
}

/** About four characters a token. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}
