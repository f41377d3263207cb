/** Verifies tokens of an OpenID Connect issuer by the keys that it publishes. */
import { errors, jwtVerify } from "jose";
import type { Claims } from "./claims.ts";
import { issuerKeys } from "./issuer-keys.ts";
import { clockToleranceSeconds } from "./limits.ts";

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
  // Asked only for a token that has the right form: a text that is none asks nothing of the issuer.
  const keyOf = issuerKeys(issuer);
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
        throw asOwn(error);
      }
    },
  };
}

/** What jose throws is about the token: what could not be read, the keys say themselves. */
function asOwn(error: unknown): unknown {
  return error instanceof errors.JOSEError ? new InvalidTokenError(error.message) : error;
}
