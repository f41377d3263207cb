import type {
  CollectionStore,
  StoredCollection,
} from "../../../../lambdas/records/collections/collection-store.ts";

export class MemoryCollectionStore implements CollectionStore {
  readonly #collections = new Map<string, Map<string, StoredCollection>>();

  async list(tenant: string): Promise<readonly StoredCollection[]> {
    return [...(this.#collections.get(tenant)?.values() ?? [])];
  }

  async add(tenant: string, collection: Omit<StoredCollection, "retired">): Promise<void> {
    const known = this.#collections.get(tenant) ?? new Map<string, StoredCollection>();
    this.#collections.set(tenant, known.set(collection.name, { ...collection, retired: false }));
  }

  async retire(tenant: string, name: string): Promise<void> {
    const known = this.#collections.get(tenant);
    const collection = known?.get(name);
    if (collection !== undefined) known?.set(name, { ...collection, retired: true });
  }
}
