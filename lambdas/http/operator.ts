import { forbidden } from "../contract/refusals.ts";
import { deployment } from "../platform/deployment.ts";
import type { Settings } from "../platform/settings.ts";
import type { Caller } from "../records/api-keys/api-keys.ts";

/** How somebody becomes an operator, by the kind of callers. */
const advice: Readonly<Record<Settings["AUTH"], string>> = {
  key: "Create one with `npm run sluice -- keys create --tenant NAME --role operator`.",
  jwt: "SLUICE_JWT_OPERATOR_CLAIM and SLUICE_JWT_OPERATOR_VALUE say whose token is one.",
  iam: "SLUICE_IAM_CALLERS says which principal is one.",
};
const shownBy = { key: "key", jwt: "token", iam: "principal" } as const;

/**
 * @param what the call does, and why not every key may have it done: completes "Only an operator's key can"
 * @throws RequestRefusedError `forbidden` if the key is not an operator's
 */
export function assertOperator({ role }: Caller, what: string): void {
  if (role === "operator") return;
  const { AUTH } = deployment.settings;
  throw forbidden("role", `Only an operator's ${shownBy[AUTH]} can ${what}. ${advice[AUTH]}`);
}
