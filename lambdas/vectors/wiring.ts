/** The vector store. Apart from the other ports, because its native library fills a function. */
import { deployment } from "../platform/deployment.ts";
import { lanceVectorStore } from "./lancedb/wiring.ts";
import type { VectorStore } from "./vector-store.ts";

/** A store is a folder and a line here; its name is a value of the setting. */
const stores: Record<typeof deployment.settings.VECTOR_STORE, () => Promise<VectorStore>> = {
  lancedb: lanceVectorStore,
};

export const vectors = (): Promise<VectorStore> => stores[deployment.settings.VECTOR_STORE]();
