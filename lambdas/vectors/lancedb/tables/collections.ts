/** A table for each tenant and model: found by its name, made by the first publish. */
import { createHash, randomUUID } from "node:crypto";
import type { Connection, Table } from "@lancedb/lancedb";
import type { Clock } from "../../../platform/clock.ts";
import type { CollectionStore } from "../../../records/collections/collection-store.ts";
import { StoreConflictError } from "../../../records/documents/store-conflict.ts";
import type { Leases } from "../../../records/leases/leases.ts";
import { type CollectionModel, isSameModel } from "../../vector-store.ts";
import { collectionSchema, knowsOwnFields, modelOf, notesOf, noteUpdate } from "../columns.ts";
import { commit } from "../conflict.ts";
import { indexKeysAndText } from "../indexes.ts";
import { emptyOwnFields, predicate } from "../predicate.ts";
import { type Collection, ownLayout, sharedLayout } from "./layout.ts";
import { copyTenant, tenantsOf } from "./moving.ts";
import { sharedTableName } from "./shared-rows.ts";

const prefix = "tenant-";

const hash = (text: string, length: number) =>
  createHash("sha256").update(text.toWellFormed()).digest("hex").slice(0, length);

/**
 * Tenants are named freely, tables are not, and no two tenants may share one. The tenant's first
 * model has the plain name; each one after it a suffix.
 */
const tableName = (tenant: string) => prefix + hash(tenant, 32);
const suffixed = (plain: string, { embeddingModel, dimensions }: CollectionModel) =>
  `${plain}-${hash(JSON.stringify([embeddingModel, dimensions]), 12)}`;

/** Longer than the store function runs: a tenant's rows may have to be moved meanwhile. */
const leaseMs = 330_000;
const waitMs = 10_000;
const pollMs = 200;
/** A handle takes memory; the tenants asked for last keep theirs. */
const maxOpen = 200;

export class Collections {
  readonly #connection: Connection;
  readonly #leases: Leases;
  readonly #clock: Clock;
  readonly #stored: CollectionStore;
  /** By the names of tables. */
  readonly #open = new Map<string, Collection>();
  #shared: Table | undefined;

  constructor(connection: Connection, leases: Leases, stored: CollectionStore, clock: Clock) {
    this.#connection = connection;
    this.#leases = leases;
    this.#stored = stored;
    this.#clock = clock;
  }

  /**
   * The tables with the tenant's chunks: one for each model that any of them has. Until its own is
   * whole, the shared one of earlier versions. As the last commit before this call left them: reads
   * of them see no later commit, so they agree with each other.
   */
  async all(tenant: string): Promise<readonly Collection[]> {
    const plain = tableName(tenant);
    const [noted, own] = await Promise.all([this.#stored.list(tenant), this.#own(tenant, plain)]);
    if (noted.length === 0) {
      const first = own ?? (await this.#inShared(tenant));
      return first === undefined ? [] : [first];
    }
    const names = noted.filter(({ retired }) => !retired).map(({ name }) => name);
    const open = await Promise.all(names.map((name) => this.#own(tenant, name)));
    return open.filter((one) => one !== undefined);
  }

  /**
   * The tenant's table of this model, made if there is none, and noted if the tenant has another
   * one. Two makers at once would lose one's rows, so one makes it under a lease and the others wait.
   * @throws StoreConflictError if another still makes it after 10 s
   */
  async findOrMake(tenant: string, model: CollectionModel): Promise<Collection> {
    const plain = tableName(tenant);
    const first =
      (await this.#own(tenant, plain)) ??
      (await this.#make(tenant, plain, (await this.#modelInShared(tenant)) ?? model));
    if (isSameModel(first.model, model)) {
      await this.keepReading(first);
      return withOwnFields(first);
    }
    const name = suffixed(plain, model);
    const made = (await this.#own(tenant, name)) ?? (await this.#make(tenant, name, model));
    const noted = new Set((await this.#stored.list(tenant)).map((one) => one.name));
    // The first model's before the other's: readers go by the notes as soon as there is one.
    if (!noted.has(first.name)) await this.#note(first);
    await (noted.has(name) ? this.keepReading(made) : this.#note(made));
    return withOwnFields(made);
  }

  /**
   * For whoever writes into a table, before and after it: a reindex that found the table empty a
   * moment ago may have ended the reading of it. It looks again after that as well, so one of the
   * two sees the other.
   */
  async keepReading(collection: Collection): Promise<void> {
    const noted = await this.#stored.list(collection.tenant);
    if (noted.some(({ name, retired }) => retired && name === collection.name)) {
      await this.#note(collection);
    }
  }

  /** Ends the reading of a table without rows. */
  async retire(collection: Collection): Promise<void> {
    const { tenant, name, table } = collection;
    if ((await table.countRows()) > 0) return;
    await this.#stored.retire(tenant, name);
    await table.checkoutLatest();
    if ((await table.countRows()) > 0) await this.#note(collection);
  }

  #note({ tenant, name, model }: Collection): Promise<void> {
    return this.#stored.add(tenant, { name, ...model });
  }

  /**
   * Names of tenants' tables, unfinished ones included: those that follow `after`, then from the
   * first on, each once.
   */
  async namesInTurn(after: string | undefined, limit: number): Promise<string[]> {
    // Sorts before each of them.
    const start = prefix;
    const following = await this.#names(after ?? start, limit);
    if (after === undefined || following.length === limit) return following;
    const others = await this.#names(start, limit - following.length);
    return [...following, ...others.filter((name) => name <= after)];
  }

  async #names(startAfter: string, limit: number): Promise<string[]> {
    const names = await this.#connection.tableNames({ startAfter, limit });
    return names.filter((name) => name.startsWith(prefix));
  }

  async openByName(name: string): Promise<Table | undefined> {
    return this.#openTable(name);
  }

  /** Gives tenants of the shared table their own, until `done` says so. */
  async moveShared(done: () => boolean): Promise<void> {
    const shared = await this.#sharedTable();
    if (shared === undefined) return;
    const model = modelOf(await shared.schema());
    for (const tenant of await tenantsOf(shared)) {
      if (done()) return;
      const plain = tableName(tenant);
      if ((await this.#own(tenant, plain)) === undefined) await this.#make(tenant, plain, model);
    }
  }

  async #inShared(tenant: string): Promise<Collection | undefined> {
    const table = await this.#sharedTable();
    if (table === undefined) return undefined;
    const model = modelOf(await table.schema());
    return { tenant, name: sharedTableName, table, model, layout: sharedLayout(tenant) };
  }

  /** Of the tenant's chunks in the shared table, if there are any. */
  async #modelInShared(tenant: string): Promise<CollectionModel | undefined> {
    const shared = await this.#inShared(tenant);
    const rows = (await shared?.table.countRows(predicate({ tenant }))) ?? 0;
    return rows > 0 ? shared?.model : undefined;
  }

  async #make(tenant: string, name: string, model: CollectionModel): Promise<Collection> {
    const lease = `collection:${name}`;
    const holder = randomUUID();
    const until = this.#clock.now() + waitMs;
    while ((await this.#leases.acquire(lease, holder, leaseMs)) === "busy") {
      if (this.#clock.now() >= until) {
        throw new StoreConflictError("storage: The collection is being made by another job.");
      }
      await this.#clock.sleep(pollMs);
    }
    try {
      return (await this.#own(tenant, name)) ?? (await this.#build(tenant, name, model));
    } finally {
      await this.#leases.release(lease, holder);
    }
  }

  /** Readers see it when it is whole; one that died unfinished is begun anew. */
  async #build(tenant: string, name: string, model: CollectionModel): Promise<Collection> {
    const shared = await this.#sharedTable();
    const moves =
      shared !== undefined &&
      name === tableName(tenant) &&
      (await shared.countRows(predicate({ tenant }))) > 0;
    const left = await this.#openTable(name);
    const table = await this.#connection.createEmptyTable(
      name,
      collectionSchema(model, { unfinished: true }),
      { mode: left === undefined ? "create" : "overwrite" },
    );
    if (moves) await copyTenant(tenant, shared, table, model);
    await indexKeysAndText(table);
    await table.updateFieldMetadata([noteUpdate({ unfinished: false })]);
    return this.#keep({ tenant, name, table, model, layout: ownLayout(tenant) });
  }

  async #own(tenant: string, name: string): Promise<Collection | undefined> {
    const open = this.#open.get(name);
    if (open !== undefined) {
      if (await lookAgain(open.table)) return this.#keep(open);
      this.#open.delete(name);
    }
    const table = await this.#openTable(name);
    if (table === undefined) return undefined;
    const schema = await table.schema();
    if (notesOf(schema).unfinished) return undefined;
    return this.#keep({ tenant, name, table, model: modelOf(schema), layout: ownLayout(tenant) });
  }

  /** The one used last stands last. */
  #keep(collection: Collection): Collection {
    this.#open.delete(collection.name);
    this.#open.set(collection.name, collection);
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxOpen && oldest !== undefined) this.#open.delete(oldest);
    return collection;
  }

  async #sharedTable(): Promise<Table | undefined> {
    if (this.#shared === undefined || !(await lookAgain(this.#shared))) {
      this.#shared = await this.#openTable(sharedTableName);
    }
    return this.#shared;
  }

  async #openTable(name: string): Promise<Table | undefined> {
    try {
      return await this.#connection.openTable(name);
    } catch (error) {
      if (error instanceof Error && isAbsent.test(error.message)) return undefined;
      throw error;
    }
  }
}

/**
 * Looks for a newer version.
 * @returns whether the table is still there: somebody may have deleted its files
 */
async function lookAgain(table: Table): Promise<boolean> {
  try {
    await table.checkoutLatest();
    return true;
  } catch (error) {
    if (error instanceof Error && isDeleted.test(error.message)) return false;
    throw error;
  }
}

/** One that an earlier version made gets the columns that it lacks. Its rows have no value there. */
async function withOwnFields(collection: Collection): Promise<Collection> {
  const { table } = collection;
  if (!knowsOwnFields(await table.schema())) {
    await commit("Adding columns", () => table.addColumns(emptyOwnFields));
  }
  return collection;
}

/**
 * The library's errors have no codes. The second is a table at whose creation one looks before its
 * first version is written, or whose maker died there.
 */
const isAbsent =
  /^Table '.*' (?:was not found|exists but could not be loaded.*Not found: \S*_versions)/;

const isDeleted = /^lance error: Not found: \S*_versions/;
