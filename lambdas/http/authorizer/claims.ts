/** What the claims of a verified token say of its caller. */
import { tenantNamePattern } from "../../contract/callers.ts";
import type { Settings } from "../../platform/settings.ts";
import type { PassedOn } from "../callers/token.ts";

export type Claims = Readonly<Record<string, unknown>>;

type ClaimSettings = Pick<
  Settings,
  "JWT_TENANT_CLAIM" | "JWT_OPERATOR_CLAIM" | "JWT_OPERATOR_VALUE"
>;

/** @param subject of the token */
export function callerByClaims(
  claims: Claims,
  subject: string,
  { JWT_TENANT_CLAIM, JWT_OPERATOR_CLAIM, JWT_OPERATOR_VALUE }: ClaimSettings,
): PassedOn {
  const isOperator =
    JWT_OPERATOR_CLAIM !== undefined &&
    JWT_OPERATOR_VALUE !== undefined &&
    holds(claimOf(claims, JWT_OPERATOR_CLAIM), JWT_OPERATOR_VALUE);
  const tenant = claimOf(claims, JWT_TENANT_CLAIM);
  const caller = { subject, role: isOperator ? "operator" : "tenant" } as const;
  if (tenant === undefined) return { ...caller, tenantClaim: "missing" };
  return typeof tenant === "string" && tenantNamePattern.test(tenant)
    ? { ...caller, tenant }
    : { ...caller, tenantClaim: "unusable" };
}

/** The claim of this name (`https://example.com/tenant`), or the one at this path (`realm_access.roles`). */
export function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = (value as Claims)[part];
  }
  return value;
}

/** Whether a claim is the value, a list with it, or words with it, as in `scope`. */
function holds(claim: unknown, value: string): boolean {
  if (Array.isArray(claim)) return claim.includes(value);
  if (typeof claim === "string") return claim === value || claim.split(" ").includes(value);
  return typeof claim === "boolean" && String(claim) === value;
}
