/** The vector store. Apart from the other ports, because its native library fills a function. */
import { openStore } from "../adapters/lancedb/connection.ts";
import { LanceVectorStore } from "../adapters/lancedb/vector-store.ts";
import type { VectorStore } from "../ports/vector-store.ts";
import { deployment } from "./deployment.ts";

/** Credentials and region come from the environment, as Lambda sets them. */
export async function vectors(): Promise<VectorStore> {
  const { endpoint } = deployment;
  const uri = `s3://${deployment.resource("VECTORS_BUCKET")}/vectors`;
  return new LanceVectorStore(
    await openStore(endpoint === undefined ? { uri } : { uri, endpoint }),
  );
}
