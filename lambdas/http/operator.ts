import { RequestRefusedError } from "../contract/refusals.ts";
import type { Caller } from "../records/api-keys/api-keys.ts";

/**
 * @param what the call does, and why not every key may have it done: completes "Only an operator's key can"
 * @throws RequestRefusedError `forbidden` if the key is not an operator's
 */
export function assertOperator({ role }: Caller, what: string): void {
  if (role === "operator") return;
  throw new RequestRefusedError(
    "forbidden",
    `Only an operator's key can ${what}. Create one with \`npm run sluice -- keys create --tenant NAME --role operator\`.`,
  );
}
