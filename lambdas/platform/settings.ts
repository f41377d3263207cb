/**
 * The settings of a deployment: environment variables with the prefix `SLUICE_`. They are read once
 * at deploy time and passed to the functions unchanged. An invalid value stops the deployment with
 * a sentence that names it.
 */
import * as z from "zod";
import { sourcesSchema } from "../contract/sources.ts";
import { inPlainWords } from "../contract/validation-messages.ts";
import { metadataScopes } from "../contract/vocabulary.ts";
import { callerIssues, callerSettings } from "./callers-setting.ts";
import { areOrigins } from "./cors-origins.ts";
import { extraBody, extraHeaders, jsonList, jsonListOf } from "./json-setting.ts";
import { mapConcurrency } from "./map-concurrency.ts";

const count = (fallback: number, max: number) =>
  z.coerce.number().int().min(1).max(max).default(fallback);
const seconds = (fallback: number) => z.coerce.number().int().min(5).max(600).default(fallback);
const text = z.string().trim().min(1);
/** Of a model's endpoint. */
const endpoint = z.url({ protocol: /^https?$/ });
/** Blanks at its end count. */
const prefix = z.string().max(500).optional();
/** One line for each model provider: `lambdas/models/providers.ts` says what each is. */
export const providerNames = ["local", "openai", "bedrock"] as const;
export type ProviderName = (typeof providerNames)[number];
const secretArn = z
  .string()
  .regex(
    // Or a reference of the CDK, which CloudFormation replaces: a construct's app makes the secret.
    /^(?:arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:\S+-\w{6}|\$\{Token\[[\w.:-]+\]\})$/,
    "must be the complete ARN of a secret, with the six characters at its end",
  )
  .optional();
const bucketName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must be the name of a bucket, without its address or ARN",
  )
  .optional();
/** US dollars per million tokens. */
const price = z.coerce.number().min(0).max(100_000).optional();

/**
 * The gate is one item that holds each job twice. DynamoDB writes 1,000 units a second to an item:
 * with so many jobs at the gate one write takes 85 units, and a job 3 writes, so three jobs a second
 * still get through (ADR 26).
 */
const maxQueued = 1_000;
const maxActive = 200;
/** Each call's permit is written to one item several times, and the item grows with the permits. */
const maxParallel = 500;

export const settingsSchema = z
  .object({
    /** Maximum number of queued jobs. A submission is refused with 503 at MAX_QUEUED + MAX_ACTIVE unfinished jobs. */
    MAX_QUEUED: count(100, maxQueued),
    /** Maximum number of running jobs. Each of their batches holds a lease, all in one item. */
    MAX_ACTIVE: count(10, maxActive),
    /** Maximum number of queued jobs of one tenant. @default only MAX_QUEUED applies */
    TENANT_MAX_QUEUED: z.coerce.number().int().min(1).max(maxQueued).optional(),
    /** Maximum number of running jobs of one tenant. @default only MAX_ACTIVE applies */
    TENANT_MAX_ACTIVE: z.coerce.number().int().min(1).max(maxActive).optional(),
    /** Whether webhooks may reach 127.0.0.1, for a receiver on the same laptop. Refused on AWS. */
    WEBHOOKS_ALLOW_LOOPBACK: z.enum(["true", "false"]).default("false"),
    /** Maximum metadata calls in flight for one job. */
    METADATA_PER_JOB: count(10, 1_000),
    /** Maximum language-model calls in flight over all jobs. */
    LLM_MAX_PARALLEL: count(20, maxParallel),
    /** Maximum embedding calls in flight over all jobs. */
    EMBEDDINGS_MAX_PARALLEL: count(20, maxParallel),
    /** Maximum calls in flight to both providers together. */
    PROVIDER_MAX_PARALLEL: count(50, 2 * maxParallel),
    /** Consecutive transient failures that open a breaker. */
    BREAKER_THRESHOLD: count(10, 1_000),
    /** How long an open breaker fails fast before one probe goes through. */
    BREAKER_COOLDOWN_SECONDS: count(60, 3_600),
    /** How long a job waits out a provider's outage before it fails. */
    OUTAGE_LIMIT_SECONDS: count(21_600, 604_800),
    /** How long one call to the language model may take. Models that think need minutes. */
    LLM_CALL_TIMEOUT_SECONDS: seconds(30),
    /** How long one embedding call, of several texts, may take. */
    EMBEDDINGS_CALL_TIMEOUT_SECONDS: seconds(15),
    /** What the language model describes: every chunk, the document, or nothing. */
    METADATA_PER: z.enum(metadataScopes).default("chunk"),
    METADATA_PROVIDER: z.enum(providerNames).default("local"),
    EMBEDDINGS_PROVIDER: z.enum(providerNames).default("local"),
    LLM_BASE_URL: endpoint.default("https://api.openai.com/v1"),
    LLM_MODEL: text.default("gpt-4o-mini"),
    LLM_API_KEY: text.optional(),
    /** A secret that already holds the key as plain text, instead of LLM_API_KEY. */
    LLM_API_KEY_SECRET_ARN: secretArn,
    LLM_EXTRA_BODY: extraBody,
    LLM_EXTRA_HEADERS: extraHeaders,
    /** Tokens that a metadata answer may have; the endpoint's own bound, if not set. */
    LLM_MAX_OUTPUT_TOKENS: z.coerce.number().int().min(1).max(1_000_000).optional(),
    EMBEDDINGS_BASE_URL: endpoint.default("https://api.openai.com/v1"),
    EMBEDDINGS_MODEL: text.default("text-embedding-3-small"),
    EMBEDDINGS_API_KEY: text.optional(),
    EMBEDDINGS_API_KEY_SECRET_ARN: secretArn,
    EMBEDDINGS_EXTRA_BODY: extraBody,
    EMBEDDINGS_EXTRA_HEADERS: extraHeaders,
    /** Length of the vectors; the model's own, if not set. */
    EMBEDDINGS_DIMENSIONS: z.coerce.number().int().min(1).max(16_384).optional(),
    /** The request's field that says what a text is embedded for. */
    EMBEDDINGS_INPUT_TYPE_FIELD: text.default("input_type"),
    EMBEDDINGS_PASSAGE_INPUT_TYPE: text.optional(),
    EMBEDDINGS_QUERY_INPUT_TYPE: text.optional(),
    /** Put before each text that is embedded, or each query. */
    EMBEDDINGS_PASSAGE_PREFIX: prefix,
    EMBEDDINGS_QUERY_PREFIX: prefix,
    /** Where Bedrock is asked; the deployment's own region, if not set. */
    BEDROCK_REGION: z
      .string()
      .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "must be an AWS region such as eu-central-1")
      .optional(),
    /** Orders search results: `endpoint` needs RERANK_BASE_URL. Neither set: no reranking. */
    RERANK_PROVIDER: z.enum(["endpoint", "bedrock"]).optional(),
    /** An endpoint of Cohere's or Jina's form; `/rerank` is added. */
    RERANK_BASE_URL: endpoint.optional(),
    RERANK_MODEL: text.optional(),
    RERANK_API_KEY: text.optional(),
    RERANK_API_KEY_SECRET_ARN: secretArn,
    /** Where chunks are stored and searched. */
    VECTOR_STORE: z.enum(["lancedb"]).default("lancedb"),
    /** Buckets whose objects are ingested by themselves, as JSON. */
    SOURCES: jsonListOf(sourcesSchema, {
      longest: 2_500,
      example: '[{"name": "reports", …}]',
    }).optional(),
    /** Whether title and headings are embedded and indexed before a chunk's text. */
    CHUNK_CONTEXT: z.enum(["on", "off"]).default("on"),
    ...callerSettings,
    /** Requests per second for each key (usage plan); without keys, of each call over all callers. */
    RATE_LIMIT: count(50, 10_000),
    /** Burst of requests for each key (usage plan); without keys, of each call over all callers. */
    BURST_LIMIT: count(100, 5_000),
    /** Requests per day for each key (usage plan). */
    DAILY_QUOTA: count(100_000, 100_000_000),
    /** Origins of the pages that may call the API from a browser, separated by commas; `*` is any. */
    CORS_ORIGINS: z
      .string()
      .trim()
      .refine(
        areOrigins,
        "must be `*`, or origins separated by commas, each without a path, such as https://app.example.com,http://localhost:3000",
      )
      .default("*"),
    /** US dollars per million tokens; the list price, if known, when not set. */
    LLM_PRICE_PER_MTOK_IN: price,
    LLM_PRICE_PER_MTOK_OUT: price,
    EMBEDDINGS_PRICE_PER_MTOK: price,
    /** Estimated US dollars per hour that raise an alarm. */
    COST_ALARM_USD_PER_HOUR: count(10, 1_000_000),
    /**
     * Whether the stack sets the role by which API Gateway writes logs. It is one for all APIs of the
     * account and region; `keep` uses the one that is set there.
     */
    API_LOGS_ROLE: z.enum(["create", "keep"]).default("create"),
    /**
     * `canary`: for five minutes, a tenth of the API's calls reaches the new version of its function;
     * errors return the deployment to the version before. AWS only.
     */
    GRADUAL_DEPLOYS: z.enum(["off", "canary"]).default("off"),
    /** CloudWatch's dashboard with all panels. */
    DASHBOARD: z.enum(["on", "off"]).default("on"),
    /** Daily copies of the table and of the two buckets in AWS Backup, kept for 35 days. */
    BACKUP: z.enum(["off", "daily"]).default("off"),
    /** Names of a table and buckets that exist, to use instead of new ones: those of a deleted stack. */
    EXISTING_TABLE: z
      .string()
      .regex(/^[\w.-]{3,255}$/, "must be the name of a table, without its ARN")
      .optional(),
    EXISTING_DOCUMENTS_BUCKET: bucketName,
    EXISTING_VECTORS_BUCKET: bucketName,
    /** Receives the alarms, after the subscription is confirmed. */
    ALARM_EMAIL: z.email().optional(),
  })
  .superRefine((s, context) => {
    for (const { name, message } of callerIssues(s)) {
      context.addIssue({ code: "custom", path: [name], message });
    }
    if (s.RERANK_PROVIDER === "endpoint" && s.RERANK_BASE_URL === undefined) {
      context.addIssue({
        code: "custom",
        path: ["RERANK_BASE_URL"],
        message: "is required with RERANK_PROVIDER=endpoint",
      });
    }
    if (
      s.EXISTING_VECTORS_BUCKET !== undefined &&
      s.EXISTING_VECTORS_BUCKET === s.EXISTING_DOCUMENTS_BUCKET
    ) {
      context.addIssue({
        code: "custom",
        path: ["EXISTING_VECTORS_BUCKET"],
        message:
          "is the bucket of the documents as well, whose rules delete files after 60 days: name another one",
      });
    }
    const own = [s.EXISTING_DOCUMENTS_BUCKET, s.EXISTING_VECTORS_BUCKET];
    const sources = jsonList(sourcesSchema, s.SOURCES);
    for (const { name, bucket } of sources.filter((one) => own.includes(one.bucket))) {
      context.addIssue({
        code: "custom",
        path: ["SOURCES"],
        message: `has the source ${name}, whose bucket ${bucket} is one of the deployment itself: it would ingest its own files`,
      });
    }
    if (s.LLM_MAX_PARALLEL + s.EMBEDDINGS_MAX_PARALLEL > s.PROVIDER_MAX_PARALLEL) {
      context.addIssue({
        code: "custom",
        path: ["PROVIDER_MAX_PARALLEL"],
        message: `is ${s.PROVIDER_MAX_PARALLEL}, less than LLM_MAX_PARALLEL + EMBEDDINGS_MAX_PARALLEL = ${s.LLM_MAX_PARALLEL + s.EMBEDDINGS_MAX_PARALLEL}: raise it, or lower those two`,
      });
    }
    for (const key of ["LLM_API_KEY", "EMBEDDINGS_API_KEY", "RERANK_API_KEY"] as const) {
      if (s[key] === undefined || s[`${key}_SECRET_ARN`] === undefined) continue;
      context.addIssue({
        code: "custom",
        path: [key],
        message: `and ${key}_SECRET_ARN are both set: unset one of them`,
      });
    }
    for (const cap of ["LLM_MAX_PARALLEL", "EMBEDDINGS_MAX_PARALLEL"] as const) {
      const holders = s.MAX_ACTIVE * mapConcurrency(s[cap], s.MAX_ACTIVE);
      if (s[cap] < holders) {
        context.addIssue({
          code: "custom",
          path: [cap],
          message: `is ${s[cap]}, but ${s.MAX_ACTIVE} active jobs run ${holders} batches at once and each batch needs a permit: raise it to ${holders}, or lower MAX_ACTIVE to ${s[cap]}`,
        });
      }
    }
  });

/** The model that is asked for where only the provider is set. */
const defaultModels: Readonly<Partial<Record<string, readonly [llm: string, embeddings: string]>>> =
  { bedrock: ["amazon.nova-lite-v1:0", "amazon.titan-embed-text-v2:0"] };

export type Settings = z.infer<typeof settingsSchema>;
export const settingNames = Object.keys(settingsSchema.shape) as (keyof Settings)[];

export class InvalidSettingsError extends Error {
  override readonly name = "InvalidSettingsError";
}

/**
 * Parses the settings from environment variables; an empty variable counts as not set.
 * @throws InvalidSettingsError that names every invalid variable
 */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    settingNames.map((name) => [name, environment[`SLUICE_${name}`] || undefined]),
  );
  given["LLM_MODEL"] ??= defaultModels[given["METADATA_PROVIDER"] ?? ""]?.[0];
  given["EMBEDDINGS_MODEL"] ??= defaultModels[given["EMBEDDINGS_PROVIDER"] ?? ""]?.[1];
  if (given["RERANK_PROVIDER"] === "bedrock") given["RERANK_MODEL"] ??= "cohere.rerank-v3-5:0";
  const parsed = settingsSchema.safeParse(given, { error: inPlainWords });
  if (parsed.success) return parsed.data;
  // A number far out of range violates two bounds with the same message; the set removes the
  // duplicate.
  const sentences = new Set(
    parsed.error.issues.map((issue) => `SLUICE_${issue.path.join(".")} ${issue.message}.`),
  );
  throw new InvalidSettingsError(`These settings are invalid:\n  ${[...sentences].join("\n  ")}`);
}
