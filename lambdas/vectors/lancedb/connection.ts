/** How the collection is reached: a bucket on S3, or a folder in tests. */
import { type Connection, connect, Session } from "@lancedb/lancedb";

export interface StoreLocation {
  /** `s3://bucket/prefix`, or the path of a folder. */
  readonly uri: string;
  /** @default the one of the environment, which Lambda sets */
  readonly region?: string;
  /** Base URL of an S3 that is not AWS. @default AWS */
  readonly endpoint?: string;
  /** @default the process's own, by the standard chain */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The library's own caches would take up to 7 GB, more than a function has. */
const indexCacheBytes = 256n * 1024n ** 2n;
const metadataCacheBytes = 64n * 1024n ** 2n;

export function openStore(location: StoreLocation): Promise<Connection> {
  const { uri, region, endpoint, credentials } = location;
  const storageOptions = {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined
      ? {}
      : { endpoint, allow_http: String(new URL(endpoint).protocol === "http:") }),
    ...(credentials === undefined
      ? {}
      : {
          access_key_id: credentials.accessKeyId,
          secret_access_key: credentials.secretAccessKey,
        }),
  };
  // No `readConsistencyInterval`: with it each read first asks for a newer version, one round trip
  // to S3 more for every one. `Collections` asks once for each piece of work instead.
  return connect(uri, { storageOptions }, new Session(indexCacheBytes, metadataCacheBytes));
}
