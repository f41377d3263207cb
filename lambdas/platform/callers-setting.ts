/** The settings that say who may call: `AUTH`, and those that belong to each of its values. */
import * as z from "zod";
import { callerKinds, iamCallersSchema } from "../contract/callers.ts";
import { jsonListOf } from "./json-setting.ts";

/** Lambda's limit for all variables of a function together is 4 KB. */
const longestCallers = 1_000;
const text = z.string().trim().min(1).max(300);

/** The gateway's errors name the issuer and the audiences, and read `$` as a variable. */
const audiences = /^[\w.:/@+~|=-]+(?:\s*,\s*[\w.:/@+~|=-]+)*$/;

/** Keys travel from the issuer, so its connection must be safe; a laptop's own is. */
function isIssuer(url: string): boolean {
  if (!/^[\w.:/%~-]+$/.test(url) || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && hostname === "127.0.0.1");
}

export const callerSettings = {
  /** What a caller shows: an API key, a token of JWT_ISSUER, or a signature of AWS. */
  AUTH: z.enum(callerKinds).default("key"),
  /** The tokens' `iss`; its keys are found by OpenID Connect Discovery. */
  JWT_ISSUER: text
    .refine(
      isIssuer,
      "must be the https URL that the tokens have as `iss`, such as https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
    )
    .optional(),
  /** Values of `aud`, separated by commas. In a token without `aud`, `client_id` must be one of them. */
  JWT_AUDIENCE: text
    .regex(audiences, "must be values of `aud`, separated by commas, without blanks in them")
    .optional(),
  /** The claim that names the tenant: the claim of this name, or the path to one in objects. */
  JWT_TENANT_CLAIM: text.default("tenant"),
  /** The claim that makes an operator if it is, or holds, JWT_OPERATOR_VALUE. */
  JWT_OPERATOR_CLAIM: text.optional(),
  JWT_OPERATOR_VALUE: text.optional(),
  /** A public client of the issuer, by which people sign in to the console. @default they enter a token */
  JWT_CONSOLE_CLIENT_ID: text.optional(),
  /** Scopes that the console asks for, divided by blanks. */
  JWT_CONSOLE_SCOPE: text.default("openid"),
  /** The token that the console shows to the API. */
  JWT_CONSOLE_TOKEN: z.enum(["access", "id"]).default("access"),
  /** Principals of AWS and the tenant of each, as JSON. */
  IAM_CALLERS: jsonListOf(iamCallersSchema, {
    longest: longestCallers,
    example: '[{"principal": "arn:aws:iam::111122223333:role/ingest", "tenant": "acme"}]',
  }).optional(),
} as const;

type CallerSettings = z.infer<z.ZodObject<typeof callerSettings>>;

const belongsTo = {
  JWT_ISSUER: "jwt",
  JWT_AUDIENCE: "jwt",
  JWT_OPERATOR_CLAIM: "jwt",
  JWT_OPERATOR_VALUE: "jwt",
  JWT_CONSOLE_CLIENT_ID: "jwt",
  IAM_CALLERS: "iam",
} as const;
type Belonging = keyof typeof belongsTo;
const belonging = Object.keys(belongsTo) as Belonging[];

const required: Readonly<Record<CallerSettings["AUTH"], readonly Belonging[]>> = {
  key: [],
  jwt: ["JWT_ISSUER", "JWT_AUDIENCE"],
  iam: ["IAM_CALLERS"],
};

/** What a combination lacks, and what belongs to another kind of caller. */
export function callerIssues(
  settings: CallerSettings,
): { readonly name: Belonging; readonly message: string }[] {
  const { AUTH } = settings;
  const isSet = (name: Belonging) => settings[name] !== undefined;
  const missing = required[AUTH]
    .filter((name) => !isSet(name))
    .map((name) => ({ name, message: `is required with AUTH=${AUTH}` }));
  const misplaced = belonging
    .filter((name) => isSet(name) && belongsTo[name] !== AUTH)
    .map((name) => ({
      name,
      message: `is for AUTH=${belongsTo[name]}, but AUTH is ${AUTH}: set AUTH=${belongsTo[name]}, or remove it`,
    }));
  const pair = ["JWT_OPERATOR_CLAIM", "JWT_OPERATOR_VALUE"] as const;
  const half = pair.filter((name) => !isSet(name));
  const alone =
    half.length === 1
      ? half.map((name) => ({
          name,
          message: `is required with ${pair.find((other) => other !== name)}`,
        }))
      : [];
  return [...missing, ...misplaced, ...alone];
}
