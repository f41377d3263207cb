/** A typed client of the Sluice API. Its types are generated from the OpenAPI document. */
import createFetchClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.ts";

/** Requests and answers by their names in the OpenAPI document: `Schemas["Job"]`. */
export type Schemas = components["schemas"];

/**
 * A method for each HTTP method. A call resolves to `{ data, error, response }`; it rejects only if
 * nothing responds.
 */
export type SluiceClient = Client<paths>;

/** A key, or a token where the deployment's callers have tokens (`SLUICE_AUTH=jwt`). */
export type Credential =
  | { readonly apiKey: string; readonly token?: never }
  | { readonly token: string; readonly apiKey?: never };

export type SluiceClientOptions = Credential & {
  /** With the stage, for example `http://127.0.0.1:8060/v1`. */
  readonly apiUrl: string;
  /** @default the global `fetch` */
  readonly fetch?: (request: Request) => Promise<Response>;
};

export function createSluiceClient(options: SluiceClientOptions): SluiceClient {
  const { apiUrl, apiKey, token, fetch } = options;
  return createFetchClient<paths>({
    baseUrl: apiUrl,
    headers: apiKey === undefined ? { authorization: `Bearer ${token}` } : { "x-api-key": apiKey },
    ...(fetch === undefined ? {} : { fetch }),
  });
}
