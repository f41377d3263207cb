/** The tables that hold a tenant's chunks, of a tenant that has had more than one embedding model. */
export interface StoredCollection {
  readonly name: string;
  readonly embeddingModel: string;
  readonly dimensions: number;
  /** Readers pass it over: no chunk is in it any more. */
  readonly retired: boolean;
}

export interface CollectionStore {
  /** Consistent, in no order. Empty while the tenant has one model, whose table needs no note. */
  list(tenant: string): Promise<readonly StoredCollection[]>;
  /** Notes the table, or that a retired one is read again. */
  add(tenant: string, collection: Omit<StoredCollection, "retired">): Promise<void>;
  /** Changes nothing if the table is not noted. */
  retire(tenant: string, name: string): Promise<void>;
}
