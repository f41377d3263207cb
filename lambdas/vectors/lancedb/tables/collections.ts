/** A table for each tenant: found by its name, made by the first publish. */
import { createHash, randomUUID } from "node:crypto";
import type { Connection, Table } from "@lancedb/lancedb";
import type { Clock } from "../../../platform/clock.ts";
import { StoreConflictError } from "../../../records/documents/store-conflict.ts";
import type { Leases } from "../../../records/leases/leases.ts";
import { assertSameModel, type CollectionModel } from "../../vector-store.ts";
import { collectionSchema, knowsOwnFields, modelOf, notesOf, noteUpdate } from "../columns.ts";
import { commit } from "../conflict.ts";
import { indexKeysAndText } from "../indexes.ts";
import { emptyOwnFields, predicate } from "../predicate.ts";
import { type Collection, ownLayout, sharedLayout } from "./layout.ts";
import { copyTenant, tenantsOf } from "./moving.ts";
import { sharedTableName } from "./shared-rows.ts";

const prefix = "tenant-";

/**
 * Tenants are named freely, tables are not, and no two tenants may share one.
 * A reindex can add a suffix for another model: readers open the plain name.
 */
const tableName = (tenant: string) =>
  prefix + createHash("sha256").update(tenant.toWellFormed()).digest("hex").slice(0, 32);

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
  readonly #open = new Map<string, Collection>();
  #shared: Table | undefined;

  constructor(connection: Connection, leases: Leases, clock: Clock) {
    this.#connection = connection;
    this.#leases = leases;
    this.#clock = clock;
  }

  /**
   * The tenant's own table or, until that is whole, the shared one of earlier versions; as the last
   * commit before this call left it. Reads of it see no later commit, so they agree with each other.
   */
  async find(tenant: string): Promise<Collection | undefined> {
    const own = await this.#own(tenant);
    if (own !== undefined) return own;
    const table = await this.#sharedTable();
    if (table === undefined) return undefined;
    return { tenant, table, model: modelOf(await table.schema()), layout: sharedLayout(tenant) };
  }

  /**
   * The tenant's own table, made if there is none. Two makers at once would lose
   * one's rows, so one makes it under a lease and the others wait.
   * @throws StoreConflictError if another still makes it after 10 s
   * @throws ModelMismatchError if the tenant's rows are of another model
   */
  async findOrMake(tenant: string, model: CollectionModel): Promise<Collection> {
    const found = (await this.#own(tenant)) ?? (await this.#make(tenant, model));
    assertSameModel(found.model, model);
    if (!knowsOwnFields(await found.table.schema())) {
      // One that an earlier version made. Its rows have no value there.
      await commit("Adding columns", () => found.table.addColumns(emptyOwnFields));
    }
    return found;
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
      await this.findOrMake(tenant, model);
    }
  }

  async #make(tenant: string, model: CollectionModel): Promise<Collection> {
    const name = tableName(tenant);
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
      return (await this.#own(tenant)) ?? (await this.#build(tenant, name, model));
    } finally {
      await this.#leases.release(lease, holder);
    }
  }

  /** Readers see it when it is whole; one that died unfinished is begun anew. */
  async #build(tenant: string, name: string, model: CollectionModel): Promise<Collection> {
    const shared = await this.#sharedTable();
    const moves = shared !== undefined && (await shared.countRows(predicate({ tenant }))) > 0;
    if (moves) assertSameModel(modelOf(await shared.schema()), model);
    const left = await this.#openTable(name);
    const table = await this.#connection.createEmptyTable(
      name,
      collectionSchema(model, { unfinished: true }),
      { mode: left === undefined ? "create" : "overwrite" },
    );
    if (moves) await copyTenant(tenant, shared, table, model);
    await indexKeysAndText(table);
    await table.updateFieldMetadata([noteUpdate({ unfinished: false })]);
    return this.#keep({ tenant, table, model, layout: ownLayout(tenant) });
  }

  async #own(tenant: string): Promise<Collection | undefined> {
    const open = this.#open.get(tenant);
    if (open !== undefined) {
      await open.table.checkoutLatest();
      return this.#keep(open);
    }
    const table = await this.#openTable(tableName(tenant));
    if (table === undefined) return undefined;
    const schema = await table.schema();
    if (notesOf(schema).unfinished) return undefined;
    return this.#keep({ tenant, table, model: modelOf(schema), layout: ownLayout(tenant) });
  }

  /** The one used last stands last. */
  #keep(collection: Collection): Collection {
    this.#open.delete(collection.tenant);
    this.#open.set(collection.tenant, collection);
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxOpen && oldest !== undefined) this.#open.delete(oldest);
    return collection;
  }

  async #sharedTable(): Promise<Table | undefined> {
    if (this.#shared === undefined) this.#shared = await this.#openTable(sharedTableName);
    else await this.#shared.checkoutLatest();
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
 * The library's errors have no codes. The second is a table at whose creation one looks before its
 * first version is written, or whose maker died there.
 */
const isAbsent =
  /^Table '.*' (?:was not found|exists but could not be loaded.*Not found: \S*_versions)/;
