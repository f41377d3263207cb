/** The keys that an OpenID Connect issuer publishes, kept for the time in which it does not answer. */
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { discover, IssuerUnreachableError, issuerTimeoutMs } from "../callers/discovery.ts";
import { issuerRestMs, keysKeptMs, keysMaxAgeMs } from "./limits.ts";

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** What jose throws if it could not read the keys, beside what `fetch` throws. */
const unreadable: ReadonlySet<string> = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  // Another status than 200, or no JSON.
  errors.JOSEError.code,
]);

/**
 * Finds the key of a token at the issuer. While the issuer does not answer, tokens of keys that
 * were read within the last day are verified by these; about any other token nothing is known.
 * An issuer that did not answer is left alone for some seconds, so that not every call waits for it.
 *
 * The function throws `IssuerUnreachableError`, or jose's error if the issuer has no such key.
 */
export function issuerKeys(issuer: string): JWTVerifyGetKey {
  let remote: Promise<RemoteKeys> | undefined;
  let readAtMs = -Infinity;
  let failure: { readonly error: IssuerUnreachableError; readonly atMs: number } | undefined;

  const read: JWTVerifyGetKey = async (header, token) => {
    remote ??= remoteKeys(issuer);
    const keys = await remote;
    const key = await keys(header, token);
    if (keys.fresh) readAtMs = Date.now();
    return key;
  };
  const fromKnown = async (
    error: IssuerUnreachableError,
    ...[header, token]: Parameters<JWTVerifyGetKey>
  ) => {
    // The last keys that were read; none, if the issuer could not even be discovered.
    const published = (await remote)?.jwks();
    if (published === undefined || Date.now() - readAtMs > keysKeptMs) throw error;
    try {
      return await createLocalJWKSet(published)(header, token);
    } catch (notKnown) {
      // It may be a new key of the issuer.
      throw notKnown instanceof errors.JWKSNoMatchingKey ? error : notKnown;
    }
  };
  return async (header, token) => {
    if (failure !== undefined && Date.now() - failure.atMs < issuerRestMs) {
      return fromKnown(failure.error, header, token);
    }
    try {
      const key = await read(header, token);
      failure = undefined;
      return key;
    } catch (thrown) {
      const error = unreachable(thrown, issuer);
      if (error === undefined) throw thrown;
      failure = { error, atMs: Date.now() };
      // Discovered again with the next token, unless the keys alone could not be read.
      if (thrown instanceof IssuerUnreachableError) remote = undefined;
      return fromKnown(error, header, token);
    }
  };
}

/** @throws IssuerUnreachableError */
async function remoteKeys(issuer: string): Promise<RemoteKeys> {
  const { jwks_uri } = await discover(issuer);
  return createRemoteJWKSet(new URL(jwks_uri), {
    timeoutDuration: issuerTimeoutMs,
    cacheMaxAge: keysMaxAgeMs,
  });
}

/** `undefined` if the issuer was read, and the token is at fault. */
function unreachable(error: unknown, issuer: string): IssuerUnreachableError | undefined {
  if (error instanceof IssuerUnreachableError) return error;
  if (error instanceof errors.JOSEError && !unreadable.has(error.code)) return undefined;
  const reason = error instanceof Error ? error.message : String(error);
  return new IssuerUnreachableError(`The keys of ${issuer} could not be read: ${reason}`);
}
