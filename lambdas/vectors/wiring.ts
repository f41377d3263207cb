/** The vector store. Apart from the other ports, because its native library fills a function. */

import { deployment } from "../platform/deployment.ts";
import { openStore } from "./lancedb/connection.ts";
import { LanceVectorStore } from "./lancedb/lance-vector-store.ts";
import type { VectorStore } from "./vector-store.ts";

/** Credentials and region come from the environment, as Lambda sets them. */
export async function vectors(): Promise<VectorStore> {
  const { endpoint } = deployment;
  const uri = `s3://${deployment.resource("VECTORS_BUCKET")}/vectors`;
  return new LanceVectorStore(
    await openStore(endpoint === undefined ? { uri } : { uri, endpoint }),
  );
}
