import type { Chance } from "../platform/clock.ts";
import { type DocumentRecord, type ObjectRecord, stateOf } from "./record.ts";
import { type CountChange, countChange, type RecordStore, type Revised } from "./record-store.ts";
import type { Source } from "./source.ts";
import type { SourceStore } from "./source-store.ts";

export interface ChangePorts {
  readonly records: RecordStore;
  readonly sources: SourceStore;
  readonly chance: Pick<Chance, "jobId">;
}

/** Attempts to write a record that others write at the same moment. */
const maxTries = 20;

/**
 * Does work that changes records of a source, and writes what that did to its counts, also if the
 * work fails.
 * @returns `counted`: what was added to the counts; missing if no record was written
 */
export async function changing<T>(
  source: Pick<Source, "name">,
  ports: ChangePorts,
  work: (changes: Changes) => Promise<T>,
): Promise<{ readonly result: T; readonly counted: CountChange | undefined }> {
  const changes = new Changes(source, ports);
  let result: T;
  try {
    result = await work(changes);
  } catch (error) {
    await changes.flush();
    throw error;
  }
  return { result, counted: await changes.flush() };
}

/**
 * Changes records of one source, and adds up what that does to its counts. The counts are written
 * once at the end. The source says from before the first write until then that its counts lag
 * behind its records; a function that dies in between leaves that mark, and a sync recounts.
 */
export class Changes {
  readonly #source: string;
  readonly #ports: ChangePorts;
  #counted: Record<string, number> = {};
  #id: string;
  #begun: Promise<void> | undefined;

  constructor(source: Pick<Source, "name">, ports: ChangePorts) {
    this.#source = source.name;
    this.#ports = ports;
    this.#id = ports.chance.jobId();
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
    const { records, sources } = this.#ports;
    this.#begun ??= sources.beginChange(this.#source, this.#id);
    await this.#begun;
    if (!(await records.write(this.#source, key, read?.revision ?? 0, kept))) return false;
    this.#add(countChange(stateIn(read?.record), stateIn(kept)));
    return true;
  }

  /**
   * Writes what was added up.
   * @returns it; nothing if no record was written since the last time
   */
  async flush(): Promise<CountChange | undefined> {
    if (this.#begun === undefined) return undefined;
    const [id, counted] = [this.#id, this.#counted];
    // Whatever still writes, because something beside it failed, is a change of its own.
    this.#begun = undefined;
    this.#counted = {};
    this.#id = this.#ports.chance.jobId();
    await this.#ports.sources.endChange(this.#source, id, counted);
    return counted;
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
