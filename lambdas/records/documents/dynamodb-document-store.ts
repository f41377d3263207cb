import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { cursorAfter, readCursor } from "../../platform/dynamodb/cursor.ts";
import { documentKey, documentPrefix, tenantPk } from "../../platform/dynamodb/item-keys.ts";
import { listPage } from "../../platform/dynamodb/listing.ts";
import { readItem, schemaVersionOf } from "../../platform/dynamodb/stored-item.ts";
import { type Condition, type Item, Table } from "../../platform/dynamodb/table.ts";
import { documentFormat } from "./document-format.ts";
import type {
  DocumentPage,
  DocumentRef,
  DocumentState,
  DocumentStore,
  StoredDocument,
} from "./document-store.ts";
import { StoreConflictError } from "./store-conflict.ts";

/**
 * A document as one item: `versions` (the counter), `latest` (the latest version
 * published, confirmed or removed), `stored` and its `fingerprint`, the lease
 * (`leaseHolder`, `leaseUntilMs`), `committedBy`, and `begun`: the record of a
 * publish until it becomes `stored`. While the lease is held there is no
 * fingerprint, so a fingerprint means that nobody publishes.
 */
export class DynamoDocumentStore implements DocumentStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async nextVersion(document: DocumentRef): Promise<number> {
    const item = await this.#table.update(keyOf(document), {
      update: "ADD #versions :one",
      values: { one: 1 },
    });
    return Number(item["versions"]);
  }

  async read(document: DocumentRef): Promise<StoredDocument | undefined> {
    return storedOf(await this.#table.get(keyOf(document)));
  }

  async look(document: DocumentRef): Promise<DocumentState> {
    const item = await this.#table.get(keyOf(document));
    const stored = storedOf(item);
    const begun = item?.["begun"] === undefined ? undefined : recordOf(item, item["begun"] as Item);
    return { ...(stored && { stored }), ...(begun && { begun }) };
  }

  async awaitsVersion(document: DocumentRef): Promise<boolean> {
    const item = await this.#table.get(keyOf(document));
    return Number(item?.["versions"] ?? 0) > Number(item?.["latest"] ?? 0);
  }

  async beginPublish(
    document: DocumentRef,
    publish: Parameters<DocumentStore["beginPublish"]>[1],
  ): Promise<"granted" | "busy" | "superseded"> {
    const { version, holder, leaseMs, nowMs, record } = publish;
    const begun = record === undefined ? "" : ", #begun = :record";
    const written = await this.#update(
      document,
      `SET #leaseHolder = :holder, #leaseUntilMs = :until${begun} REMOVE #fingerprint`,
      { until: nowMs + leaseMs, record },
      notOlder(version),
      leaseIsFree(holder, nowMs),
    );
    if (written.applied) return "granted";
    return Number(written.currentItem?.["latest"] ?? 0) > version ? "superseded" : "busy";
  }

  async commitPublish(
    document: DocumentRef,
    holder: string,
    stored: StoredDocument,
  ): Promise<void> {
    const { fingerprint, ...record } = stored;
    const written = await this.#update(
      document,
      "SET #stored = :stored, #fingerprint = :fingerprint, #latest = :version, " +
        "#committedBy = :holder REMOVE #leaseHolder, #leaseUntilMs, #begun",
      { stored: storedForm(record), fingerprint },
      holdsLeaseOrCommitted(holder, stored.version),
    );
    if (!written.applied) throw lostLease(document, holder);
  }

  async completePublish(
    document: DocumentRef,
    begun: StoredDocument,
    nowMs: number,
  ): Promise<void> {
    const { fingerprint, ...record } = begun;
    await this.#update(
      document,
      "SET #stored = :stored, #fingerprint = :fingerprint, #latest = :version " +
        "REMOVE #leaseHolder, #leaseUntilMs, #begun",
      { stored: storedForm(record), fingerprint },
      notOlder(begun.version),
      { expression: "#begun = :begun", values: { begun } },
      leaseIsFree("", nowMs),
    );
  }

  async confirmUnchanged(
    document: DocumentRef,
    confirm: { version: number; fingerprint: string },
  ): Promise<StoredDocument | undefined> {
    const written = await this.#update(
      document,
      "SET #latest = :version",
      {},
      hasFingerprint(confirm.fingerprint),
      notOlder(confirm.version),
    );
    const item = written.applied ? written.item : written.currentItem;
    return item?.["fingerprint"] === confirm.fingerprint ? storedOf(item) : undefined;
  }

  async remove(
    document: DocumentRef,
    { version, holder }: { version: number; holder: string },
  ): Promise<void> {
    const written = await this.#update(
      document,
      "SET #latest = :version, #committedBy = :holder " +
        "REMOVE #stored, #fingerprint, #leaseHolder, #leaseUntilMs, #begun",
      {},
      holdsLeaseOrCommitted(holder, version),
    );
    if (!written.applied) throw lostLease(document, holder);
  }

  async list(
    tenant: string,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<DocumentPage> {
    const { items, resumeAfter } = await listPage(
      this.#table,
      {
        key: {
          expression: "#pk = :pk AND begins_with(#sk, :prefix)",
          values: { pk: tenantPk(tenant), prefix: documentPrefix },
        },
        // Removed ones, and those whose first version is still on its way, have a counter only.
        filter: { expression: "attribute_exists(#stored)" },
        ...(cursor === undefined
          ? {}
          : { after: { ...documentKey(tenant, readCursor(tenant, listing, cursor)) } }),
      },
      limit,
      () => true,
    );
    const documents = items.flatMap((item) => storedOf(item) ?? []);
    if (resumeAfter === undefined) return { documents };
    const last = String(resumeAfter["sk"]).slice(documentPrefix.length);
    return { documents, nextCursor: cursorAfter(tenant, listing, last) };
  }

  #update(document: DocumentRef, update: string, values: Item, ...conditions: Condition[]) {
    return this.#table.updateIf(keyOf(document), { update, values, conditions });
  }
}

const listing = "documents";

const keyOf = ({ tenant, documentId }: DocumentRef) => documentKey(tenant, documentId);

/** @throws StoredItemError that names the document and the field */
function storedOf(item: Item | undefined): StoredDocument | undefined {
  const stored = item?.["stored"] as Item | undefined;
  if (item === undefined || stored === undefined) return undefined;
  return recordOf(item, { ...stored, fingerprint: item["fingerprint"] ?? "" });
}

function recordOf(item: Item, record: Item): StoredDocument {
  const name = `Document ${String(item["pk"])} ${String(item["sk"])}`;
  return readItem(name, record, documentFormat);
}

function storedForm(record: Omit<StoredDocument, "fingerprint">): Item {
  return { ...record, schemaVersion: schemaVersionOf(documentFormat) };
}

/** No later version was published, confirmed or removed; this one may be resumed. */
function notOlder(version: number): Condition {
  return {
    expression: "(attribute_not_exists(#latest) OR #latest <= :version)",
    values: { version },
  };
}

function leaseIsFree(holder: string, nowMs: number): Condition {
  return {
    expression:
      "(attribute_not_exists(#leaseHolder) OR #leaseHolder = :holder OR #leaseUntilMs <= :now)",
    values: { holder, now: nowMs },
  };
}

/** A repeat, because the answer to the first was lost, finds the lease given back and its own commit. */
function holdsLeaseOrCommitted(holder: string, version: number): Condition {
  return {
    expression:
      "(#leaseHolder = :holder OR (attribute_not_exists(#leaseHolder) AND " +
      "#committedBy = :holder AND #latest = :version))",
    values: { holder, version },
  };
}

function hasFingerprint(fingerprint: string): Condition {
  return { expression: "#fingerprint = :fingerprint", values: { fingerprint } };
}

function lostLease({ documentId }: DocumentRef, holder: string): StoreConflictError {
  return new StoreConflictError(
    `storage: ${holder} no longer holds the lease on ${documentId}: it took longer than the lease lasts, and another run took over.`,
  );
}
