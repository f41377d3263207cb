/** Whether the page offers to sign in; the sign-in itself is loaded when somebody does. */
import { type ConsoleSignIn, signInName } from "../../lambdas/contract/console-sign-in.ts";
import type { Drawer } from "./key.ts";

/** @param content of the page's `meta` element with {@link signInName} */
export function offeredSignIn(content: string | null | undefined): ConsoleSignIn | undefined {
  return content ? (JSON.parse(content) as ConsoleSignIn) : undefined;
}

export const signInElement = `meta[name="${signInName}"]`;

/** Where a tab keeps what only it knows of a sign-in that has begun. */
export const begunName = "sluice.sign-in";

/** The address to which the issuer sent the person back, if the sign-in began in this tab. */
export function returnedFrom(address: string, drawer: Drawer): string | undefined {
  const { searchParams } = new URL(address);
  const isAnswer = searchParams.has("code") || searchParams.has("error");
  const hasBegun = drawer.getItem(begunName) !== null;
  return isAnswer && searchParams.has("state") && hasBegun ? address : undefined;
}
