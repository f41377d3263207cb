/** What an issuer says of itself: OpenID Connect Discovery. */
import * as z from "zod";

/** How long one request to the issuer may take. */
export const issuerTimeoutMs = 4_000;

/** The issuer could not be asked, so nothing is known. */
export class IssuerUnreachableError extends Error {
  override readonly name = "IssuerUnreachableError";
}

const discoverySchema = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  authorization_endpoint: z.url().optional(),
  token_endpoint: z.url().optional(),
});
export type Discovery = z.infer<typeof discoverySchema>;

/** @throws IssuerUnreachableError also if it gives itself another name, or an address without https */
export async function discover(issuer: string): Promise<Discovery> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  let found: Discovery;
  try {
    found = discoverySchema.parse(await read(address));
  } catch (error) {
    if (error instanceof IssuerUnreachableError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new IssuerUnreachableError(`${address} could not be read: ${reason}`);
  }
  if (found.issuer !== issuer) {
    throw new IssuerUnreachableError(
      `The issuer at ${address} is ${found.issuer}, but SLUICE_JWT_ISSUER is ${issuer}. Set the name that it gives itself.`,
    );
  }
  const { jwks_uri, authorization_endpoint, token_endpoint } = found;
  for (const endpoint of [jwks_uri, authorization_endpoint, token_endpoint]) {
    if (endpoint === undefined) continue;
    const { protocol, origin } = new URL(endpoint);
    // A laptop's issuer has no https.
    if (protocol === "https:" || origin === new URL(issuer).origin) continue;
    throw new IssuerUnreachableError(`The issuer names an address without https: ${endpoint}`);
  }
  return found;
}

async function read(address: string): Promise<unknown> {
  const response = await fetch(address, {
    redirect: "error",
    signal: AbortSignal.timeout(issuerTimeoutMs),
  });
  if (response.ok) return response.json();
  await response.body?.cancel();
  throw new IssuerUnreachableError(`${address} answered ${response.status}.`);
}
