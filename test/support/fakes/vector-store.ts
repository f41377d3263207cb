/** The vector store in memory; it passes the contract of the real one. */
import type { Filter, FilterCondition } from "../../../lambdas/vectors/filter.ts";
import {
  type ChunkRow,
  type CollectionModel,
  type DocumentVersion,
  isComparable,
  type SearchHit,
  type SearchQuery,
  type StoredChunk,
  type VectorStore,
  wordsOnly,
} from "../../../lambdas/vectors/vector-store.ts";

type Stored = DocumentVersion & ChunkRow;

interface Held {
  readonly row: Stored;
  readonly model: CollectionModel;
}

/** Of rows that a test put there. */
const unknownModel: CollectionModel = { embeddingModel: "unknown", dimensions: 0 };

/** What all instances share. */
export class MemoryCollection {
  rows: readonly Stored[] = [];
  /** Of each row's vector. */
  readonly models = new WeakMap<Stored, CollectionModel>();
}

export class MemoryVectorStore implements VectorStore {
  readonly #collection: MemoryCollection;

  constructor(collection: MemoryCollection) {
    this.#collection = collection;
  }

  publish: VectorStore["publish"] = async (document, rows, model, { keepOutdated } = {}) => {
    for (const { index, vector } of rows) {
      if (vector.length !== model.dimensions) {
        throw new RangeError(`Chunk ${index} has a vector of ${vector.length} dimensions.`);
      }
    }
    const outdated = new Set(this.#outdatedRows(model.embeddingModel));
    const others = this.#collection.rows.filter(
      (row) => !isOf(document, row) || (keepOutdated && outdated.has(row)),
    );
    const added = rows.map((row) => ({ ...document, ...row }));
    for (const row of added) this.#collection.models.set(row, model);
    this.#collection.rows = [...others, ...added];
  };

  search: VectorStore["search"] = async (query) => {
    const ofTenant = this.#shown().filter(({ tenant }) => tenant === query.tenant);
    const byModel = Map.groupBy(
      ofTenant.map((row): Held => ({ row, model: this.#modelOf(row) })),
      ({ model }) => JSON.stringify([model.embeddingModel, model.dimensions]),
    );
    const hits: SearchHit[] = [];
    for (const [first, ...rest] of byModel.values()) {
      if (first === undefined) continue;
      const comparable = isComparable(query, first.model);
      if (!comparable) query.onWordsOnly?.();
      const asked = comparable ? query : wordsOnly(query);
      const rows = [first, ...rest].map(({ row }) => row);
      if (asked !== undefined) hits.push(...searchIn(rows, asked));
    }
    const { offset = 0, limit } = query;
    return hits.toSorted((a, b) => b.score - a.score).slice(offset, offset + limit);
  };

  /** Without what a document that moves to another model has left for a moment. */
  #shown(): Stored[] {
    const { rows } = this.#collection;
    return rows.filter(
      (row, at) =>
        !rows.some(
          (other, place) =>
            isOf(row, other) &&
            this.#modelOf(other) !== this.#modelOf(row) &&
            (other.version > row.version || (other.version === row.version && place > at)),
        ),
    );
  }

  #modelOf(row: Stored): CollectionModel {
    return this.#collection.models.get(row) ?? unknownModel;
  }

  ranges: VectorStore["ranges"] = async (tenant, ranges) =>
    this.#shown()
      .filter((row) =>
        ranges.some(
          ({ documentId, version, from, to }) =>
            isOf({ tenant, documentId }, row) &&
            row.version === version &&
            row.index >= from &&
            row.index <= to,
        ),
      )
      .map(forReaders);

  chunks: VectorStore["chunks"] = async (document, { from, limit, vectors }) =>
    this.#shown()
      .filter((row) => isOf(document, row) && row.index >= from)
      .sort((a, b) => a.index - b.index)
      .slice(0, limit)
      .map((row) => (vectors ? { ...forReaders(row), vector: row.vector } : forReaders(row)));

  remove: VectorStore["remove"] = async (document) => {
    this.#collection.rows = this.#collection.rows.filter((row) => !isOf(document, row));
  };

  outdated: VectorStore["outdated"] = async (tenant, embeddingModel, limit) => {
    const documentIds = this.#outdatedRows(embeddingModel)
      .filter((row) => row.tenant === tenant)
      .map(({ documentId }) => documentId);
    const ids = [...new Set(documentIds)];
    return { documentIds: ids.slice(0, limit), total: ids.length };
  };

  passages: VectorStore["passages"] = async (document, embeddingModel) => {
    const rows = this.#outdatedRows(embeddingModel).filter((row) => isOf(document, row));
    const [first] = rows;
    if (first === undefined) return undefined;
    const { tenant, documentId, version, title, attributes } = first;
    const named = title === undefined ? {} : { title };
    return { tenant, documentId, version, ...named, attributes, rows };
  };

  removeOutdated: VectorStore["removeOutdated"] = async (document, embeddingModel) => {
    const outdated = new Set(this.#outdatedRows(embeddingModel));
    this.#collection.rows = this.#collection.rows.filter(
      (row) => !isOf(document, row) || !outdated.has(row) || row.version > document.version,
    );
  };

  retireOutdated: VectorStore["retireOutdated"] = async () => {};

  #outdatedRows(embeddingModel: string): Stored[] {
    return this.#collection.rows.filter(
      (row) => this.#modelOf(row).embeddingModel !== embeddingModel,
    );
  }

  maintain: VectorStore["maintain"] = async () => ({ postponed: 0, failures: [] });
}

function searchIn(all: readonly Stored[], query: SearchQuery): SearchHit[] {
  const { mode, text, vector, filter, minScore = Number.NEGATIVE_INFINITY } = query;
  const rows = all.filter((row) => matches(row, filter));
  const wanted = words(text);
  const byText = rank(rows, (row) => {
    const held = words(`${row.context ?? ""}${row.text}`);
    const shared = held.filter((word) => wanted.includes(word)).length;
    return shared / (1 + shared);
  }).filter(({ score }) => score > 0);
  const cosine = (row: Stored) => Math.min(1, dot(row.vector, vector ?? row.vector));
  const byVector = rank(rows, (row) => (1 + cosine(row)) / 2);
  const fused = rank(rows, (row) => (fusion(byText, row) + fusion(byVector, row)) / 2);
  const hits = { text: byText, vector: byVector, hybrid: fused }[mode].map(({ row, score }) => ({
    ...forReaders(row),
    score,
    ...(mode === "text" ? {} : { vectorScore: cosine(row) }),
    ...(mode === "text" ? {} : placeIn("vectorRank", byVector, row)),
    ...(mode === "vector" ? {} : placeIn("textRank", byText, row)),
  }));
  return hits.filter(({ score, vectorScore = score }) => vectorScore >= minScore);
}

const isOf = (document: { tenant: string; documentId: string }, row: Stored) =>
  row.tenant === document.tenant && row.documentId === document.documentId;

function forReaders(row: Stored): StoredChunk {
  const { vector: _vector, context = "", ...chunk } = row;
  return context === "" ? chunk : { ...chunk, context };
}

interface Ranked {
  readonly row: Stored;
  readonly score: number;
}

const rank = (rows: readonly Stored[], score: (row: Stored) => number): Ranked[] =>
  rows.map((row) => ({ row, score: score(row) })).sort((a, b) => b.score - a.score);

function placeIn(name: "vectorRank" | "textRank", list: readonly Ranked[], row: Stored) {
  const place = list.findIndex((hit) => hit.row === row);
  return place === -1 ? {} : { [name]: place + 1 };
}

/** 1 for the first of a list, 0 for what is not in it. */
function fusion(list: readonly Ranked[], row: Stored): number {
  const place = list.findIndex((hit) => hit.row === row);
  return place === -1 ? 0 : 60 / (60 + place);
}

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

function words(text: string): string[] {
  const folded = text
    .normalize("NFD")
    .replaceAll(/\p{Mn}/gu, "")
    .toLowerCase();
  return [...segmenter.segment(folded)]
    .filter((segment) => segment.isWordLike)
    .flatMap((segment) => segment.segment.split("_"));
}

function matches(row: Stored, filter: Filter): boolean {
  return filter.every((condition) => holds(condition, valueOf(row, condition)));
}

function valueOf(row: Stored, { field }: FilterCondition): unknown {
  if (field === "document_id") return row.documentId;
  if (field === "language") return row.metadata?.language;
  if (field.startsWith("custom."))
    return ownValue(row.metadata?.custom, field.slice("custom.".length));
  return ownValue(row.attributes, field.slice("attributes.".length));
}

function ownValue(values: Readonly<Record<string, unknown>> = {}, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function holds(condition: FilterCondition, value: unknown): boolean {
  if (Array.isArray(value)) {
    return condition.op !== "range" && value.some((element) => holds(condition, element));
  }
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    return false;
  }
  switch (condition.op) {
    case "eq":
      return value === condition.value;
    case "in":
      return condition.values.includes(value);
    case "range": {
      const { gt, gte, lt, lte } = condition;
      const bounds = [gt, gte, lt, lte].filter((bound) => bound !== undefined);
      if (bounds.length === 0 || bounds.some((bound) => typeof bound !== typeof value))
        return false;
      return (
        (gt === undefined || value > gt) &&
        (gte === undefined || value >= gte) &&
        (lt === undefined || value < lt) &&
        (lte === undefined || value <= lte)
      );
    }
  }
}
