/**
 * Signing in at the deployment's issuer: OAuth 2.0's authorization code with PKCE, by a client
 * without a secret. Loaded only when somebody signs in.
 */
import * as oauth from "oauth4webapi";
import type { ConsoleSignIn } from "../../lambdas/contract/console-sign-in.ts";
import type { Drawer } from "./key.ts";
import { begunName } from "./sign-in-offer.ts";

/** What only this tab knows of a sign-in that has begun. */
interface Begun {
  readonly state: string;
  readonly verifier: string;
  /** The view to come back to. */
  readonly hash: string;
}

/**
 * @param page where the issuer sends the person back to: the console's address, as the client has it
 * @param hash the view to come back to
 * @returns the issuer's address to go to
 */
export async function beginSignIn(
  signIn: ConsoleSignIn,
  { page, hash, drawer }: { readonly page: string; readonly hash: string; readonly drawer: Drawer },
): Promise<string> {
  const begun: Begun = {
    state: oauth.generateRandomState(),
    verifier: oauth.generateRandomCodeVerifier(),
    hash,
  };
  drawer.setItem(begunName, JSON.stringify(begun));
  const address = new URL(signIn.authorizationEndpoint);
  const parameters = {
    response_type: "code",
    client_id: signIn.clientId,
    redirect_uri: page,
    scope: signIn.scope,
    state: begun.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: "S256",
  };
  for (const [key, value] of Object.entries(parameters)) address.searchParams.set(key, value);
  return address.href;
}

/**
 * @param address to which the issuer has sent the person back
 * @returns the token for the API, and the view to come back to
 * @throws Error with a sentence for the person
 */
export async function endSignIn(
  signIn: ConsoleSignIn,
  {
    page,
    address,
    drawer,
  }: { readonly page: string; readonly address: string; readonly drawer: Drawer },
): Promise<{ readonly token: string; readonly hash: string }> {
  const kept = drawer.getItem(begunName);
  // A code is good for one try.
  drawer.removeItem(begunName);
  if (kept === null) throw new Error("This sign-in did not begin in this tab. Sign in again.");
  const { state, verifier, hash } = JSON.parse(kept) as Begun;
  try {
    return { token: await exchanged(signIn, { page, address, state, verifier }), hash };
  } catch (error) {
    throw new Error(`The sign-in failed: ${reasonOf(error)}. Sign in again.`, { cause: error });
  }
}

async function exchanged(
  signIn: ConsoleSignIn,
  back: { page: string; address: string; state: string; verifier: string },
): Promise<string> {
  const server: oauth.AuthorizationServer = {
    issuer: signIn.issuer,
    token_endpoint: signIn.tokenEndpoint,
  };
  const client: oauth.Client = { client_id: signIn.clientId };
  const parameters = oauth.validateAuthResponse(server, client, new URL(back.address), back.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    back.page,
    back.verifier,
    // Only an issuer on the same laptop has no https.
    { [oauth.allowInsecureRequests]: signIn.tokenEndpoint.startsWith("http://127.0.0.1:") },
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    requireIdToken: signIn.token === "id",
  });
  const token = signIn.token === "id" ? tokens.id_token : tokens.access_token;
  if (token === undefined) throw new Error("the issuer sent no token");
  return token;
}

function reasonOf(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError) {
    return error.error_description ?? error.error;
  }
  if (error instanceof oauth.ResponseBodyError) return error.error_description ?? error.error;
  return error instanceof Error ? error.message : "the issuer does not respond";
}
