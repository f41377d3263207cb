/** Who may call the API: the kinds of callers, and the setting `IAM_CALLERS`. */
import * as z from "zod";

/**
 * `key`: API keys. `jwt`: tokens of an OpenID Connect issuer. `iam`: principals of AWS, which sign
 * their requests.
 */
export const callerKinds = ["key", "jwt", "iam"] as const;
export type CallerKind = (typeof callerKinds)[number];

/** The name of a tenant, as a key, a token or a setting gives it. */
export const tenantNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const iamCallerSchema = z.strictObject({
  /**
   * The ARN of a role, a user or a role's session; `*` stands for any characters. `*` alone is every
   * principal whom IAM lets call.
   */
  principal: z
    .string()
    .trim()
    .regex(
      /^(?:\*|arn:[\w*-]+:(?:iam|sts)::[\d*]+:\S+)$/,
      "must be `*` or the ARN of a role, a user or a role's session, such as arn:aws:iam::111122223333:role/ingest",
    )
    // It would look like "the roles below this path", and be all roles.
    .refine(
      (principal) => !/:role\/.+\/[^/]*\*[^/]*$/.test(principal),
      "must not have `*` in the name of a role after a path, because a session does not tell the path of its role. Name the role, or leave the path out",
    ),
  /** Owns the documents. */
  tenant: z
    .string()
    .regex(
      tenantNamePattern,
      "must be 1 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or digit",
    ),
  /** @default tenant */
  role: z.enum(["tenant", "operator"]).default("tenant"),
});

/** The first entry that matches decides. */
export const iamCallersSchema = z.array(iamCallerSchema).min(1).max(50);

export type IamCaller = z.infer<typeof iamCallerSchema>;
