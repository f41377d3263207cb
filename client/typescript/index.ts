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

/**
 * A key; a token where the deployment's callers have tokens (`SLUICE_AUTH=jwt`); or what signs a
 * request where they are principals of AWS (`SLUICE_AUTH=iam`).
 */
export type Credential =
  | { readonly apiKey: string; readonly token?: never; readonly sign?: never }
  | { readonly token: string; readonly apiKey?: never; readonly sign?: never }
  | {
      /** Resolves to the same request with the headers of a signature for `execute-api`. */
      readonly sign: (request: Request) => Promise<Request>;
      readonly apiKey?: never;
      readonly token?: never;
    };

export type SluiceClientOptions = Credential & {
  /** With the stage, for example `http://127.0.0.1:8060/v1`. */
  readonly apiUrl: string;
  /** @default the global `fetch` */
  readonly fetch?: (request: Request) => Promise<Response>;
};

export function createSluiceClient(options: SluiceClientOptions): SluiceClient {
  const { apiUrl, sign, fetch: send = (request: Request) => fetch(request) } = options;
  return createFetchClient<paths>({
    baseUrl: apiUrl,
    headers: headersOf(options),
    fetch: sign === undefined ? send : async (request) => send(await sign(request)),
  });
}

function headersOf({ apiKey, token }: Credential): Record<string, string> {
  if (apiKey !== undefined) return { "x-api-key": apiKey };
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
