import * as z from "zod";
import { customSchema } from "../custom-schema.ts";
import { count, documentId } from "../fields.ts";
import { contentTypes } from "../file-formats.ts";
import { maxExtrasBytes } from "../limits.ts";
import { chunkingStrategies, metadataScopes, uploadIdPattern } from "../vocabulary.ts";
import { refuseUnstorable } from "../well-formed.ts";
import { callbackUrl } from "./webhooks.ts";

const attributeName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
    "must have at most 64 letters, digits and underscores, and must not start with a digit",
  );

/**
 * JSON can escape half of a surrogate pair. UTF-8 cannot store it, so the stored text would differ
 * from the text sent.
 */
const unicode = z
  .string()
  .refine(
    (text) => text.isWellFormed(),
    "contains an incomplete character (a lone surrogate). Encode it as UTF-8 and send it again",
  );

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters");

const chunkingSchema = z
  .strictObject({
    strategy: z.enum(chunkingStrategies).optional(),
    max_tokens: z.int().min(64).max(2048).default(512),
    overlap_tokens: z.int().min(0).optional(),
  })
  .refine((o) => (o.overlap_tokens ?? 0) <= o.max_tokens / 2, {
    path: ["overlap_tokens"],
    message: "must be at most half of max_tokens",
  })
  .meta({ id: "ChunkingOptions" });

const attributesSchema = z
  .record(
    attributeName,
    z.union([unicode.max(1_024), z.number(), z.boolean()], {
      error: "must be a string of at most 1024 characters, a number, true or false",
    }),
  )
  .refine((all) => Object.keys(all).length <= 50, "must have at most 50 entries")
  .meta({ id: "Attributes" })
  .default({})
  .describe(
    `Your own values, for search filters; at most ${maxExtrasBytes} bytes of JSON together with options`,
  );

const fields = z.strictObject({
  document_id: documentId
    .optional()
    .describe("Your own id. Sending the same id again stores the next version. Default: a new id"),
  title: unicode.trim().min(1).max(500).optional(),
  text: unicode.optional().describe("The document, up to 4 MB; larger ones by `upload_id`"),
  upload_id: z
    .string()
    .regex(uploadIdPattern, "must be an upload_id as POST /v1/uploads returns it")
    .optional()
    .describe("From `POST /v1/uploads`. Send it instead of `text`"),
  content_type: z
    .string()
    .optional()
    .describe(
      `One of ${contentTypes.join(", ")}. Default: text/plain, or the upload's type. The type is told from the bytes; a document that is something else than was declared is refused`,
    ),
  filename: unicode
    .trim()
    .min(1)
    .max(255)
    .optional()
    .describe("Name of the file. Its ending helps to tell the type of text files"),
  callback_url: callbackUrl.optional(),
  attributes: attributesSchema,
  force: z
    .boolean()
    .optional()
    .describe(
      "Stores the document again even if it is stored unchanged. Answers of models that are still cached are not paid for again",
    ),
  options: z
    .strictObject({
      chunking: chunkingSchema.optional(),
      metadata: z
        .strictObject({
          schema: customSchema
            .optional()
            .describe("Your own metadata fields, extracted from every chunk"),
          per: z
            .enum(metadataScopes)
            .optional()
            .describe(
              "What is described: every chunk; the document, by its beginning, with one call; or nothing. Default: the deployment's `SLUICE_METADATA_PER`",
            ),
        })
        .optional(),
    })
    .meta({ id: "IngestOptions" })
    .default({}),
});

/** `POST /v1/ingest` */
export const ingestRequestSchema = fields.superRefine(holdTogether);

/** One document of `POST /v1/ingest/batch`. */
export const batchItemSchema = fields
  .extend({
    idempotency_key: idempotencyKey
      .optional()
      .describe("As the header `Idempotency-Key` of a request with this document alone"),
  })
  .superRefine(holdTogether);

/** What no field can say for itself. */
function holdTogether(
  { text, upload_id, attributes, options }: z.infer<typeof fields>,
  context: z.RefinementCtx,
): void {
  if ((text === undefined) === (upload_id === undefined)) {
    context.addIssue({
      code: "custom",
      path: ["text"],
      message: "is required, or upload_id instead, but not both",
    });
  }
  const [attributeBytes, optionBytes] = [jsonBytes(attributes), jsonBytes(options)];
  const bytes = attributeBytes + optionBytes;
  if (bytes <= maxExtrasBytes) return;
  context.addIssue({
    code: "custom",
    path: [attributeBytes > optionBytes ? "attributes" : "options"],
    message: `must be at most ${maxExtrasBytes} bytes of JSON, attributes and options together, and they are ${bytes}: shorten or remove some`,
  });
}

/**
 * The same request as OpenAPI describes it: with `text`, or with `upload_id`. Clients are generated
 * from it, and requests are validated by {@link ingestRequestSchema}, whose messages say more.
 */
export const ingestBodySchema = z
  .xor([
    fields.omit({ upload_id: true }).required({ text: true }).meta({ id: "IngestText" }),
    fields.omit({ text: true }).required({ upload_id: true }).meta({ id: "IngestUpload" }),
  ])
  .meta({ id: "IngestRequest" });

/** What attributes or options count for {@link maxExtrasBytes}. */
export function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/**
 * The query of `POST /v1/ingest` when its body is the file itself: what a JSON body would say about
 * the document. `attributes` and `options` are JSON.
 */
export const aboutFileQuery = z.strictObject({
  document_id: fields.shape.document_id,
  title: fields.shape.title,
  filename: fields.shape.filename,
  force: z.string().optional().describe("`true` or `false`, as in a request without a file"),
  callback_url: fields.shape.callback_url,
  attributes: z.string().optional().describe("JSON, as in a request without a file"),
  options: z.string().optional().describe("JSON, as in a request without a file"),
});

export const aboutFileSchema: z.ZodType<z.infer<typeof fields>> = z.preprocess(
  (query) => ({
    ...(query as object),
    ...fromJson(query, "attributes"),
    ...fromJson(query, "options"),
    ...fromJson(query, "force"),
  }),
  fields.omit({ text: true, upload_id: true, content_type: true }),
);

/**
 * What is not JSON stays as it is, and the schema says what is wrong with it.
 * @throws RequestRefusedError `invalid_request` if it has a name or a text that cannot be stored
 */
function fromJson(query: unknown, name: string): Record<string, unknown> {
  const value = (query as Record<string, unknown>)[name];
  if (typeof value !== "string") return {};
  let parsed: Record<string, unknown>;
  try {
    parsed = { [name]: JSON.parse(value) as unknown };
  } catch {
    return {};
  }
  refuseUnstorable(parsed);
  return parsed;
}

export type IngestRequest = z.infer<typeof ingestRequestSchema>;

export type BatchItem = z.infer<typeof batchItemSchema>;

/** The headers that submit reads. */
export const idempotencyKeySchema = z.object({
  "idempotency-key": idempotencyKey
    .optional()
    .describe(
      "1 to 255 visible ASCII characters. Repeating a request with the same key within 24 hours returns the first response",
    ),
});

/** The same header on a batch. */
export const batchKeySchema = z.object({
  "idempotency-key": idempotencyKey
    .optional()
    .describe(
      "1 to 255 visible ASCII characters, for the documents without an `idempotency_key`. If you repeat the request with the same key and items, each accepted document is answered by its first response, and each refused one is tried again",
    ),
});

/** The 202 response of ingest and retry. */
export const acceptedSchema = z
  .object({
    job_id: z.string(),
    document_id: z.string(),
    document_version: z.int().min(1),
    status: z.literal("queued"),
    status_url: z.string(),
    queue_position: count.describe("Starts at 1; 0 if the job has already started"),
    estimated_wait_seconds: count,
  })
  .meta({ id: "Accepted" });

export type AcceptedAnswer = z.infer<typeof acceptedSchema>;
