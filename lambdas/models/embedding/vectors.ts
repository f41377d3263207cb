/** Vectors in the forms in which endpoints answer them. */
import { isFields } from "../fields.ts";
import { unitVector } from "../unit-vector.ts";

type Reason =
  /** Fewer, or more, than texts. */
  | "count"
  /** A text has no numbers. */
  | "values"
  /** A form that is not known. */
  | "form"
  /** base64 of something else than 32-bit floats in little-endian order. */
  | "encoding";

/** An answer whose vectors cannot be used. */
export class UnusableVectorsError extends Error {
  override readonly name = "UnusableVectorsError";
  readonly reason: Reason;
  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Where lists of vectors stand, the likeliest first. */
const listNames = [
  "data",
  "embeddings",
  "embedding",
  "vectors",
  "results",
  "predictions",
  "result",
  "output",
  "outputs",
  "float",
];
/** Where the vector of one text stands. */
const vectorNames = [
  "embedding",
  "values",
  "vector",
  "embeddings",
  "float",
  "dense",
  "dense_embedding",
];
const indexNames = ["index", "text_index"];
/** Gateways put an answer into another. */
const deepest = 4;

/**
 * One unit vector a text, in their order.
 * @throws UnusableVectorsError
 */
export function readVectors(answer: unknown, count: number): Float32Array[] {
  const items = listIn(answer);
  if (items === undefined) throw new UnusableVectorsError("form", "answered without embeddings");
  if (items.length !== count) {
    throw new UnusableVectorsError(
      "count",
      `answered ${items.length} embeddings to ${count} texts`,
    );
  }
  const found = items.map((item) => ({ index: indexOf(item), vector: vectorOf(item) }));
  const vectors = inOrder(found).map(unitVector);
  const usable = vectors.filter((vector) => vector !== undefined);
  if (usable.length !== count) {
    throw new UnusableVectorsError(
      "values",
      `answered ${usable.length} usable embeddings to ${count} texts`,
    );
  }
  return usable;
}

/** The list of what stands for texts; a vector alone is a list of one. */
function listIn(answer: unknown, depth = 0): readonly unknown[] | undefined {
  if (Array.isArray(answer)) {
    const list = answer as unknown[];
    return list.length > 0 && isNumbers(list) ? [list] : list;
  }
  if (!isFields(answer) || depth > deepest) return undefined;
  for (const name of listNames) {
    const value = answer[name];
    if (typeof value === "string" && name.startsWith("embedding")) return [value];
    const list = listIn(value, depth + 1);
    if (list !== undefined) return list;
  }
  return undefined;
}

/** An empty one where the server had none for this text. */
function vectorOf(item: unknown, depth = 0): Float32Array {
  if (item === null) return new Float32Array();
  if (typeof item === "string") return decoded(item);
  if (Array.isArray(item)) {
    const values = item as unknown[];
    if (isNumbers(values)) return Float32Array.from(values, numberOf);
    // llama.cpp has a row for each sequence of a text, and a text is one.
    if (values.length === 1 && depth <= deepest) return vectorOf(values[0], depth + 1);
    if (values.some(Array.isArray)) {
      throw new UnusableVectorsError(
        "form",
        "answered several vectors to a text: its model needs a pooling",
      );
    }
  }
  if (isFields(item) && depth <= deepest) {
    const name = vectorNames.find((known) => item[known] !== undefined);
    if (name !== undefined) return vectorOf(item[name], depth + 1);
    // It has its place, and at most an error: the vector is missing, not in another form.
    if (!Number.isNaN(indexOf(item)) && !Object.values(item).some(Array.isArray)) {
      return new Float32Array();
    }
  }
  throw new UnusableVectorsError("form", "answered without embeddings");
}

function isNumbers(values: readonly unknown[]): boolean {
  return values.every(
    (value) =>
      typeof value === "number" ||
      value === null ||
      (typeof value === "string" &&
        /^\s*-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|Infinity)\s*$/i.test(value)),
  );
}

/** `null` stands where a server had no number (NaN): the vector is then none. */
function numberOf(value: unknown): number {
  return value === null ? Number.NaN : Number(value);
}

/** base64, also in the alphabet of URLs, or a list that was written as text. */
function decoded(text: string): Float32Array {
  if (/^\s*\[/.test(text)) return vectorOf(listOf(text), deepest);
  if (!/^[\w+/-]+={0,2}$/.test(text)) {
    throw new UnusableVectorsError("form", "answered without embeddings");
  }
  const bytes = Buffer.from(text, "base64");
  // Copied, because a buffer's bytes need not lie on a 4-byte boundary.
  const floats = new Float32Array(new Uint8Array(bytes.subarray(0, bytes.length & ~3)).buffer);
  assertPlausible(floats);
  return floats;
}

function listOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** No model's numbers are larger, or all smaller. 64-bit floats or another order of bytes look so. */
const plausible = { largest: 1e6, smallest: 1e-6 } as const;

function assertPlausible(floats: Float32Array): void {
  let largest = 0;
  for (const value of floats) if (Math.abs(value) > largest) largest = Math.abs(value);
  if (largest === 0 || (largest <= plausible.largest && largest >= plausible.smallest)) return;
  throw new UnusableVectorsError("encoding", "answered base64 of other numbers than 32-bit floats");
}

interface Found {
  readonly index: number;
  readonly vector: Float32Array;
}

function indexOf(item: unknown): number {
  if (!isFields(item)) return Number.NaN;
  const name = indexNames.find((known) => item[known] !== undefined && item[known] !== null);
  return name === undefined ? Number.NaN : Number(item[name]);
}

/**
 * By `index` where each stands there once, from 0 or from 1; else as they came: some endpoints write
 * null, or 0 everywhere.
 */
function inOrder(found: readonly Found[]): Float32Array[] {
  const first = Math.min(...found.map(({ index }) => index));
  const byIndex = new Map(found.map(({ index, vector }) => [index, vector]));
  const ordered = found.map((_, at) => byIndex.get(at + (first === 1 ? 1 : 0)));
  const whole = ordered.filter((one) => one !== undefined);
  return whole.length === found.length ? whole : found.map(({ vector }) => vector);
}
