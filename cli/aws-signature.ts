/** AWS Signature Version 4, by the SDK. Loaded on demand: most deployments have keys. */
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { UsageError } from "./errors.ts";

/** With the credentials that the AWS command line would use. */
export function signatures(region: string): (request: Request) => Promise<Request> {
  const signature = new SignatureV4({
    service: "execute-api",
    region,
    credentials: defaultProvider(),
    sha256: Sha256,
  });
  return async (request) => {
    const url = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const query = queryOf(url);
    const signed = await signature
      .sign({
        method: request.method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query,
        headers: { ...Object.fromEntries(request.headers), host: url.host },
        body,
      })
      .catch((error: unknown) => {
        throw unsigned(error);
      });
    url.search = written(query);
    return new Request(url, {
      method: request.method,
      headers: signed.headers,
      signal: request.signal,
      ...(body.length === 0 ? {} : { body }),
    });
  };
}

function queryOf({ searchParams }: URL): Record<string, string[]> {
  const names = [...new Set(searchParams.keys())];
  return Object.fromEntries(names.map((name) => [name, searchParams.getAll(name)]));
}

/** As the signature reads it: a blank is `%20`, and `+` would be another character. */
function written(query: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(query)
    .flatMap(([name, values]) => values.map((value) => `${escaped(name)}=${escaped(value)}`))
    .join("&");
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Nothing but the credentials can fail here. */
function unsigned(error: unknown): UsageError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UsageError(
    `The call could not be signed with your AWS credentials: ${reason.replace(/\.?$/, ".")} Set AWS_PROFILE, or sign in as for the AWS command line.`,
  );
}
