import { cursorAfter, readCursor } from "../../../../lambdas/platform/dynamodb/cursor.ts";
import { type ObjectRecord, stateOf } from "../../../../lambdas/sources/record.ts";
import type {
  FoundKeys,
  ListedState,
  RecordStore,
  Revised,
  StatePage,
} from "../../../../lambdas/sources/record-store.ts";

export class MemoryRecordStore implements RecordStore {
  readonly #records = new Map<string, Map<string, Revised>>();
  #writes = 0;

  async read(source: string, key: string): Promise<Revised | undefined> {
    return structuredClone(this.#of(source).get(key));
  }

  async write(
    source: string,
    key: string,
    revision: number,
    record: ObjectRecord | undefined,
  ): Promise<boolean> {
    const records = this.#of(source);
    if ((records.get(key)?.revision ?? 0) !== revision) return false;
    if (record === undefined) records.delete(key);
    else records.set(key, structuredClone({ record, revision: ++this.#writes }));
    return true;
  }

  async between(
    source: string,
    after: string,
    to: string | undefined,
    limit: number,
  ): Promise<readonly Revised[]> {
    return structuredClone(
      [...this.#of(source).values()]
        .filter(({ record: { key } }) => byBytes(key, after) > 0)
        .filter(({ record: { key } }) => to === undefined || byBytes(key, to) <= 0)
        .toSorted((a, b) => byBytes(a.record.key, b.record.key))
        .slice(0, limit),
    );
  }

  async inState(
    source: string,
    state: ListedState,
    { limit, untilMs = Number.POSITIVE_INFINITY, cursor }: StatePage,
  ): Promise<FoundKeys> {
    const found = [...this.#of(source).values()].flatMap(({ record }) =>
      record.kind === "document" && stateOf(record) === state && record.sinceMs <= untilMs
        ? [record]
        : [],
    );
    const sorted = found.toSorted((a, b) => a.sinceMs - b.sinceMs || byBytes(a.key, b.key));
    const from = cursor === undefined ? 0 : Number(readCursor(source, state, cursor));
    const keys = sorted.slice(from, from + limit).map(({ key }) => key);
    return from + limit < sorted.length
      ? { keys, nextCursor: cursorAfter(source, state, String(from + limit)) }
      : { keys };
  }

  /** For tests: all of them. */
  all(source: string): ObjectRecord[] {
    return structuredClone([...this.#of(source).values()].map(({ record }) => record));
  }

  #of(source: string): Map<string, Revised> {
    const found = this.#records.get(source) ?? new Map<string, Revised>();
    this.#records.set(source, found);
    return found;
  }
}

/** The order of S3 and of DynamoDB. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
