/** Verifies tokens of an OpenID Connect issuer by the keys that it publishes. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { discover, IssuerUnreachableError, issuerTimeoutMs } from "../callers/discovery.ts";
import type { Claims } from "./claims.ts";
import { clockToleranceSeconds, keysMaxAgeMs } from "./limits.ts";

/** Only algorithms with a public key: with HS256, a token could be signed with that key's text. */
const algorithms = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

/** Another token is needed. */
export class InvalidTokenError extends Error {
  override readonly name = "InvalidTokenError";
}

export interface VerifiedToken {
  readonly subject: string;
  readonly claims: Claims;
}

export interface TokenVerifier {
  /** @throws InvalidTokenError, IssuerUnreachableError */
  verify(token: string): Promise<VerifiedToken>;
}

/**
 * @param issuer the `iss` of the tokens, exactly
 * @param audiences of which a token must be for one
 */
export function createTokenVerifier(issuer: string, audiences: readonly string[]): TokenVerifier {
  let discovered: Promise<JWTVerifyGetKey> | undefined;
  // Not before a token has the right form: so that a text that is none asks nothing of the issuer.
  const keyOf: JWTVerifyGetKey = async (header, token) => {
    discovered ??= keysOf(issuer);
    let keys: JWTVerifyGetKey;
    try {
      keys = await discovered;
    } catch (error) {
      // The next token tries again.
      discovered = undefined;
      throw error;
    }
    return keys(header, token);
  };
  return {
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          issuer,
          algorithms,
          clockTolerance: clockToleranceSeconds,
          requiredClaims: ["exp", "sub"],
        });
        const { sub, aud, client_id: clientId } = payload;
        if (typeof sub !== "string" || sub === "") {
          throw new InvalidTokenError("The claim sub is no text.");
        }
        // Cognito's access tokens have no `aud`.
        const isFor = aud === undefined ? [clientId] : [aud].flat();
        if (!isFor.some((one) => typeof one === "string" && audiences.includes(one))) {
          throw new InvalidTokenError(`The token is for ${JSON.stringify(isFor).slice(0, 200)}.`);
        }
        return { subject: sub.slice(0, 255), claims: payload };
      } catch (error) {
        throw asOwn(error, issuer);
      }
    },
  };
}

/** @throws IssuerUnreachableError */
async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const { jwks_uri } = await discover(issuer);
  return createRemoteJWKSet(new URL(jwks_uri), {
    timeoutDuration: issuerTimeoutMs,
    cacheMaxAge: keysMaxAgeMs,
  });
}

/** What jose throws if it could not read the keys, beside what `fetch` throws. */
const unreadable: ReadonlySet<string> = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  // Another status than 200, or no JSON.
  errors.JOSEError.code,
]);

function asOwn(error: unknown, issuer: string): Error {
  if (error instanceof InvalidTokenError || error instanceof IssuerUnreachableError) return error;
  if (error instanceof errors.JOSEError && !unreadable.has(error.code)) {
    return new InvalidTokenError(error.message);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new IssuerUnreachableError(`The keys of ${issuer} could not be read: ${reason}`);
}
