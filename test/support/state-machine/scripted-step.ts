/** A function that does as its test says: it asks the test by HTTP what to do with each event. */
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "../../../lambdas/platform/environment.ts";

/** What one try of a step comes to. */
export type Reply =
  | { readonly kind: "answer"; readonly payload: unknown }
  | { readonly kind: "throw"; readonly error: string; readonly message: string }
  /** The process ends, as if killed. */
  | { readonly kind: "exit" }
  /** It never answers. */
  | { readonly kind: "hang" };

export async function handler(event: unknown): Promise<unknown> {
  const response = await fetch(environment["SCRIPT_URL"] ?? "", {
    method: "POST",
    body: JSON.stringify({ step: environment["STEP"], event }),
  });
  const reply = (await response.json()) as Reply;
  switch (reply.kind) {
    case "answer":
      return reply.payload;
    case "throw":
      throw Object.assign(new Error(reply.message), { name: reply.error });
    case "exit":
      process.exit(1);
    case "hang":
      await sleep(600_000);
      return undefined;
  }
}
