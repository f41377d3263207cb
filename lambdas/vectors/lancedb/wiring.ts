import { deployment } from "../../platform/deployment.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { collections, leases } from "../../records/wiring.ts";
import type { VectorStore } from "../vector-store.ts";
import { openStore } from "./connection.ts";
import { LanceVectorStore } from "./lance-vector-store.ts";

/** Credentials and region come from the environment, as Lambda sets them. */
export async function lanceVectorStore(): Promise<VectorStore> {
  const { endpoint } = deployment;
  const uri = `s3://${deployment.resource("VECTORS_BUCKET")}/vectors`;
  const connection = await openStore(endpoint === undefined ? { uri } : { uri, endpoint });
  return new LanceVectorStore(connection, leases(), collections(), systemClock);
}
