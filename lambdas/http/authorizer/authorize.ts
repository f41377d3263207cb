/** Decides for the gateway whether a request's token is good, and passes on whom it names. */
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { log } from "../../platform/log.ts";
import type { Settings } from "../../platform/settings.ts";
import type { PassedOn } from "../callers/token.ts";
import { callerByClaims } from "./claims.ts";
import { InvalidTokenError, type TokenVerifier } from "./token-verifier.ts";

/** The one error that the gateway answers with 401; it reads the message. All others are a 503. */
export class UnauthorizedError extends Error {
  override readonly name = "UnauthorizedError";
  constructor() {
    super("Unauthorized");
  }
}

/**
 * A token without a tenant is let through to the function, which refuses it in the API's envelope
 * and says what is missing.
 * @throws UnauthorizedError if another token is needed
 * @throws IssuerUnreachableError
 */
export async function authorize(
  event: APIGatewayRequestAuthorizerEvent,
  tokens: TokenVerifier,
  settings: Settings,
): Promise<APIGatewayAuthorizerResult> {
  try {
    const { subject, claims } = await tokens.verify(bearerOf(event));
    return allow(event.methodArn, callerByClaims(claims, subject, settings));
  } catch (error) {
    // The gateway answers in fixed words. The reason is here, under the request's id.
    // The errors of jose hold the token's claims, so only the sentence is logged.
    log.warn("token refused", { reason: error instanceof Error ? error.message : String(error) });
    throw error instanceof InvalidTokenError ? new UnauthorizedError() : error;
  }
}

/** @throws InvalidTokenError */
function bearerOf({ headers }: APIGatewayRequestAuthorizerEvent): string {
  const [, header = ""] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "authorization") ?? [];
  const token = /^Bearer +([\w.-]+)$/i.exec(header.trim())?.[1];
  if (token === undefined) throw new InvalidTokenError("The header has no bearer token.");
  return token;
}

/**
 * The gateway keeps the answer for the token's next requests, which may be for other methods, so it
 * is for all of the stage.
 */
function allow(methodArn: string, caller: PassedOn): APIGatewayAuthorizerResult {
  const stage = methodArn.split("/").slice(0, 2).join("/");
  return {
    principalId: caller.subject,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: `${stage}/*` }],
    },
    context: { ...caller },
  };
}
