/** An OpenID Connect issuer on loopback, with real keys: discovery, published keys, and tokens. */
import { createServer, type Server } from "node:http";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

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
  /** What it says that it is, and where its keys are. */
  claimToBe(name: string): void;
  close(): Promise<void>;
}

export const audience = "sluice";

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
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (failure !== undefined && request.url?.endsWith(failure.end)) {
      return response.writeHead(failure.status).end();
    }
    const documents: Readonly<Record<string, unknown>> = {
      "/pool/.well-known/openid-configuration": {
        issuer: name ?? url,
        jwks_uri: `${url}/jwks.json`,
      },
      "/pool/jwks.json": { keys: published },
    };
    const found = documents[request.url ?? ""];
    if (found === undefined) return response.writeHead(404).end();
    return response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify(found));
  });
  const url = `http://127.0.0.1:${await listen(server)}/pool`;
  return {
    url,
    asked,
    token: (claims = {}, { alg = "RS256", signer = signers.get(alg) } = {}) => {
      if (signer === undefined) throw new Error(`The issuer has no key for ${alg}.`);
      const now = Math.floor(Date.now() / 1_000);
      const usual = { iss: url, aud: audience, sub: "user-1", iat: now, exp: now + 600 };
      return new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg, kid: signer.kid })
        .sign(signer.key);
    },
    rotate: () => publish("RS256"),
    failWith: (status, end = "") => {
      failure = status === undefined ? undefined : { status, end };
    },
    claimToBe: (other) => {
      name = other;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
