/** Whether and how people sign in to the console: by the settings, and by what the issuer says. */
import type { ConsoleSignIn } from "../../contract/console-sign-in.ts";
import type { Settings } from "../../platform/settings.ts";
import { discover } from "../callers/discovery.ts";

type SignInSettings = Pick<
  Settings,
  "JWT_ISSUER" | "JWT_CONSOLE_CLIENT_ID" | "JWT_CONSOLE_SCOPE" | "JWT_CONSOLE_TOKEN"
>;

/**
 * @returns undefined if nobody can sign in
 * @throws IssuerUnreachableError
 */
export async function consoleSignIn({
  JWT_ISSUER: issuer,
  JWT_CONSOLE_CLIENT_ID: clientId,
  JWT_CONSOLE_SCOPE: scope,
  JWT_CONSOLE_TOKEN: token,
}: SignInSettings): Promise<ConsoleSignIn | undefined> {
  if (issuer === undefined || clientId === undefined) return undefined;
  const { authorization_endpoint, token_endpoint } = await discover(issuer);
  if (authorization_endpoint === undefined || token_endpoint === undefined) return undefined;
  return {
    issuer,
    authorizationEndpoint: authorization_endpoint,
    tokenEndpoint: token_endpoint,
    clientId,
    scope,
    token,
  };
}
