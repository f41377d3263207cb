/** The caller whom a token names: the gateway's authorizer has verified it. */
import * as z from "zod";
import { forbidden } from "../../contract/refusals.ts";
import type { Settings } from "../../platform/settings.ts";
import type { RequestCaller } from "./request-caller.ts";

/**
 * What the authorizer passes on. Only the gateway writes it, and no header of a request can. Values
 * are texts.
 */
const passedOnSchema = z.object({
  subject: z.string().min(1),
  /** Missing if the token names none. */
  tenant: z.string().min(1).optional(),
  role: z.enum(["operator", "tenant"]),
  /** Of the claim that should name the tenant: there is none, or it cannot be a tenant's name. */
  tenantClaim: z.enum(["missing", "unusable"]).optional(),
});
export type PassedOn = z.infer<typeof passedOnSchema>;

/** @throws RequestRefusedError `forbidden` that says what the token lacks */
export function callerOfToken(
  passedOn: unknown,
  { JWT_TENANT_CLAIM }: Pick<Settings, "JWT_TENANT_CLAIM">,
): RequestCaller {
  const { subject, tenant, role, tenantClaim } = passedOnSchema.parse(passedOn);
  if (tenant !== undefined) return { subject, tenant, role };
  throw forbidden(
    "token_claim",
    tenantClaim === "unusable"
      ? `The claim ${JWT_TENANT_CLAIM} of this token is no tenant's name. It must be a text of 1 to 64 letters, digits, dots, dashes or underscores.`
      : `This token has no claim ${JWT_TENANT_CLAIM}, which names the tenant whose documents it may reach. Let the issuer add it to the tokens.`,
  );
}
