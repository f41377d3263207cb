import { type DocumentRecord, type ObjectRecord, stateOf } from "./record.ts";
import { type CountChange, countChange, type RecordStore, type Revised } from "./record-store.ts";
import type { Source } from "./source.ts";
import type { SourceStore } from "./source-store.ts";

export interface ChangePorts {
  readonly records: RecordStore;
  readonly sources: SourceStore;
}

/** Attempts to write a record that others write at the same moment. */
const maxTries = 20;

/**
 * Changes records of one source, and adds up what that does to its counts. The counts are written
 * once at the end: a crash before that leaves them off until a sync recounts them.
 */
export class Changes {
  readonly #source: string;
  readonly #ports: ChangePorts;
  readonly #counted: Record<string, number> = {};

  constructor(source: Pick<Source, "name">, ports: ChangePorts) {
    this.#source = source.name;
    this.#ports = ports;
  }

  read(key: string): Promise<Revised | undefined> {
    return this.#ports.records.read(this.#source, key);
  }

  /**
   * Reads the record, asks what becomes of it, and writes that if nobody has written it meanwhile;
   * otherwise it begins again. The same record back changes nothing.
   * @param next may look at the bucket: that happens after the record was read
   */
  async change(
    key: string,
    next: (
      record: ObjectRecord | undefined,
    ) => Promise<ObjectRecord | undefined> | ObjectRecord | undefined,
  ): Promise<ObjectRecord | undefined> {
    for (let tries = 1; ; tries++) {
      const read = await this.read(key);
      const after = await next(read?.record);
      if (after === read?.record || (await this.write(key, read, after))) return after;
      if (tries >= maxTries) {
        throw new Error(`The record of ${key} was changed by others ${maxTries} times in a row.`);
      }
    }
  }

  /** @returns whether the record still was what was read, and is now `after` */
  async write(
    key: string,
    read: Revised | undefined,
    after: ObjectRecord | undefined,
  ): Promise<boolean> {
    const kept = after?.kind === "document" && stateOf(after) === "gone" ? undefined : after;
    const { records } = this.#ports;
    if (!(await records.write(this.#source, key, read?.revision ?? 0, kept))) return false;
    this.#add(countChange(stateIn(read?.record), stateIn(kept)));
    return true;
  }

  /** Writes what was added up. */
  async flush(): Promise<void> {
    const change: CountChange = { ...this.#counted };
    for (const name of Object.keys(this.#counted)) delete this.#counted[name];
    await this.#ports.sources.count(this.#source, change);
  }

  #add(change: CountChange): void {
    for (const [name, by] of Object.entries(change)) {
      this.#counted[name] = (this.#counted[name] ?? 0) + by;
    }
  }
}

function stateIn(record: ObjectRecord | undefined) {
  return record?.kind === "document" ? stateOf(record) : undefined;
}

export function isDocument(record: ObjectRecord | undefined): record is DocumentRecord {
  return record?.kind === "document";
}
