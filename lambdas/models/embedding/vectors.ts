/** Vectors in the forms in which endpoints answer them. */
import * as z from "zod";
import { unitVector } from "../unit-vector.ts";

/** An answer whose vectors cannot be used: too few, without numbers, or of a form that is not known. */
export class UnusableVectorsError extends Error {
  override readonly name = "UnusableVectorsError";
  readonly reason: "count" | "values" | "form";
  constructor(reason: "count" | "values" | "form", message: string) {
    super(message);
    this.reason = reason;
  }
}

/** `null` stands where a server had no number (NaN): the vector is then none. */
const notANumber = z.literal(["NaN", "Infinity", "-Infinity"]).transform(() => null);
const numberInText = z
  .string()
  .regex(/^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i)
  .transform(Number);
const numbers = z.array(z.union([z.number(), z.null(), numberInText, notANumber]));
/** base64 of little-endian 32-bit floats, or numbers. */
const embedding = z.union([numbers, z.base64()]);
const item = z.union([
  z.object({
    index: z.unknown().optional(),
    embedding: z.union([embedding, z.object({ float: embedding })]),
  }),
  z.object({ index: z.unknown().optional(), values: embedding }),
  embedding,
]);
const items = z.array(item);
const answerShape = z.union([
  z.object({ data: items }),
  z.object({ embeddings: z.union([items, z.object({ float: items })]) }),
  z.object({ embedding: embedding }),
  items,
]);

/**
 * One unit vector a text, in their order.
 * @throws UnusableVectorsError
 */
export function readVectors(answer: unknown, count: number): Float32Array[] {
  const parsed = answerShape.safeParse(answer);
  if (!parsed.success) throw new UnusableVectorsError("form", "answered without embeddings");
  const found = itemsOf(parsed.data).map(embeddingOf);
  if (found.length !== count) {
    throw new UnusableVectorsError(
      "count",
      `answered ${found.length} embeddings to ${count} texts`,
    );
  }
  const ordered = inOrder(found);
  const vectors = ordered.map((text) => unitVector(decode(text)));
  const usable = vectors.filter((vector) => vector !== undefined);
  if (usable.length !== count) {
    throw new UnusableVectorsError(
      "values",
      `answered ${usable.length} usable embeddings to ${count} texts`,
    );
  }
  return usable;
}

type Embedding = z.infer<typeof embedding>;
type Item = z.infer<typeof item>;

function itemsOf(answer: z.infer<typeof answerShape>): Item[] {
  if (Array.isArray(answer)) return answer;
  if ("data" in answer) return answer.data;
  if ("embedding" in answer) return [answer.embedding];
  return Array.isArray(answer.embeddings) ? answer.embeddings : answer.embeddings.float;
}

interface Found {
  readonly index: unknown;
  readonly embedding: Embedding;
}

function embeddingOf(found: Item): Found {
  if (Array.isArray(found) || typeof found === "string")
    return { index: undefined, embedding: found };
  if ("values" in found) return { index: found.index, embedding: found.values };
  const inner = found.embedding;
  const plain = Array.isArray(inner) || typeof inner === "string" ? inner : inner.float;
  return { index: found.index, embedding: plain };
}

/** By `index` where each stands there once; else as they came: some endpoints write null, or 0 everywhere. */
function inOrder(found: readonly Found[]): Embedding[] {
  const byIndex = new Map(found.map((one) => [one.index, one.embedding]));
  const ordered = found.map((_, index) => byIndex.get(index));
  const whole = ordered.filter((one) => one !== undefined);
  return whole.length === found.length ? whole : found.map((one) => one.embedding);
}

function decode(text: Embedding): Float32Array {
  if (typeof text !== "string") return Float32Array.from(text, (value) => value ?? Number.NaN);
  const bytes = Buffer.from(text, "base64");
  // Copied, because a buffer's bytes need not lie on a 4-byte boundary.
  return new Float32Array(new Uint8Array(bytes.subarray(0, bytes.length & ~3)).buffer);
}
