/**
 * An OpenID Connect issuer on loopback, with real keys: discovery, published keys, tokens, and the
 * authorization code flow with PKCE, in which everybody is signed in already.
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { closeAtOnce, listen } from "./loopback.ts";

export interface TokenOptions {
  /** @default RS256 */
  readonly alg?: "RS256" | "ES256";
  /** @default the newest published key */
  readonly signer?: { readonly key: CryptoKey; readonly kid: string };
}

export interface OidcIssuer {
  /** The `iss` of its tokens, with the path of a pool as Cognito has it. */
  readonly url: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  /** A token with these claims; `undefined` leaves a usual claim out. */
  token(claims?: Readonly<Record<string, unknown>>, options?: TokenOptions): Promise<string>;
  /** Publishes another key beside the present ones, and signs with it. */
  rotate(): Promise<void>;
  /** Answers paths with this end by this status, or all paths as usual again. */
  failWith(status: number | undefined, end?: string): void;
  /** Who is signed in: the claims of the next tokens for codes. `undefined` refuses to sign in. */
  signInAs(claims: Readonly<Record<string, unknown>> | undefined): void;
  /** What it says that it is. */
  claimToBe(name: string): void;
  close(): Promise<void>;
}

export const audience = "sluice";

/** Pages of other origins exchange codes, too. */
const jsonForPages = {
  "content-type": "application/json",
  "access-control-allow-origin": "*",
} as const;

export async function startIssuer(): Promise<OidcIssuer> {
  const published: JWK[] = [];
  const signers = new Map<string, { key: CryptoKey; kid: string }>();
  const publish = async (alg: string) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const kid = `${alg}-${published.length}`;
    published.push({ ...(await exportJWK(publicKey)), kid, alg, use: "sig" });
    signers.set(alg, { key: privateKey, kid });
  };
  await publish("RS256");
  await publish("ES256");

  const asked: string[] = [];
  let failure: { status: number; end: string } | undefined;
  let name: string | undefined;
  let person: Readonly<Record<string, unknown>> | undefined = {};
  const codes = new Map<string, URLSearchParams>();

  /** Sends the browser back with a code. */
  const authorize = (asking: URLSearchParams): string => {
    const back = new URL(asking.get("redirect_uri") ?? "");
    back.searchParams.set("state", asking.get("state") ?? "");
    if (person === undefined) {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "The person may not use this");
      return back.href;
    }
    const code = randomUUID();
    codes.set(code, asking);
    back.searchParams.set("code", code);
    return back.href;
  };
  const exchange = async (sent: URLSearchParams): Promise<object | undefined> => {
    const asking = codes.get(sent.get("code") ?? "");
    codes.delete(sent.get("code") ?? "");
    const challenge = createHash("sha256").update(sent.get("code_verifier") ?? "");
    const isSame =
      asking?.get("code_challenge") === challenge.digest("base64url") &&
      asking.get("code_challenge_method") === "S256" &&
      asking.get("client_id") === sent.get("client_id") &&
      asking.get("redirect_uri") === sent.get("redirect_uri");
    if (!isSame) return undefined;
    return {
      token_type: "Bearer",
      access_token: await token({ ...person, token_use: "access" }),
      id_token: await token({ ...person, token_use: "id", aud: sent.get("client_id") }),
    };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.replace(/\?.*$/, "") ?? "";
    asked.push(path);
    if (failure !== undefined && path.endsWith(failure.end)) {
      return response.writeHead(failure.status).end();
    }
    if (path === "/pool/authorize") {
      const { searchParams } = new URL(request.url ?? "", url);
      return response.writeHead(302, { location: authorize(searchParams) }).end();
    }
    if (path === "/pool/token") {
      const tokens = await exchange(new URLSearchParams(await text(request)));
      return response
        .writeHead(tokens === undefined ? 400 : 200, jsonForPages)
        .end(JSON.stringify(tokens ?? { error: "invalid_grant" }));
    }
    const documents: Readonly<Record<string, unknown>> = {
      "/pool/.well-known/openid-configuration": {
        issuer: name ?? url,
        jwks_uri: `${url}/jwks.json`,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
      },
      "/pool/jwks.json": { keys: published },
    };
    const found = documents[path];
    if (found === undefined) return response.writeHead(404).end();
    return response.writeHead(200, jsonForPages).end(JSON.stringify(found));
  };
  const server = createServer((request, response) => void answer(request, response));
  const url = `${await listen(server)}/pool`;
  const token: OidcIssuer["token"] = (
    claims = {},
    { alg = "RS256", signer = signers.get(alg) } = {},
  ) => {
    if (signer === undefined) throw new Error(`The issuer has no key for ${alg}.`);
    const now = Math.floor(Date.now() / 1_000);
    const usual = { iss: url, aud: audience, sub: "user-1", iat: now, exp: now + 600 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg, kid: signer.kid })
      .sign(signer.key);
  };
  return {
    url,
    asked,
    token,
    signInAs: (claims) => {
      person = claims;
    },
    rotate: () => publish("RS256"),
    failWith: (status, end = "") => {
      failure = status === undefined ? undefined : { status, end };
    },
    claimToBe: (other) => {
      name = other;
    },
    close: () => closeAtOnce(server),
  };
}
