import * as z from "zod";
import { customSchema } from "../custom-schema.ts";
import { count } from "../fields.ts";
import { chunkingStrategies, contentTypes, documentIdPattern } from "../vocabulary.ts";

const attributeName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "must be letters, digits and _ (at most 64)");

/** JSON can spell half of a character, which no UTF-8 holds: stored, it would be another text. */
const unicode = z
  .string()
  .refine(
    (text) => text.isWellFormed(),
    "is not Unicode text: it has half of a surrogate pair in it; convert it to UTF-8 and send it again",
  );

const chunkingSchema = z
  .strictObject({
    strategy: z.enum(chunkingStrategies).optional(),
    max_tokens: z.int().min(64).max(2048).default(512),
    overlap_tokens: z.int().min(0).optional(),
  })
  .refine((o) => (o.overlap_tokens ?? 0) <= o.max_tokens / 2, {
    path: ["overlap_tokens"],
    message: "may be at most half of max_tokens",
  });

const fields = z.strictObject({
  document_id: z
    .string()
    .regex(
      documentIdPattern,
      "must be a letter or digit, then letters, digits and . _ : - (at most 128)",
    )
    .optional()
    .describe("Your own id; the same id again is the next version. Chosen for you if left out"),
  title: unicode.trim().min(1).max(500).optional(),
  text: unicode.optional().describe("The document, up to 4 MB; larger ones by `upload_id`"),
  upload_id: z.string().max(64).optional().describe("Of `POST /v1/uploads`, instead of `text`"),
  content_type: z
    .string()
    .optional()
    .describe(`One of ${contentTypes.join(", ")}; text/plain, or the upload's own, if left out`),
  attributes: z
    .record(
      attributeName,
      z.union([unicode.max(1_024), z.number(), z.boolean()], {
        error: "must be a text of at most 1024 characters, a number, true or false",
      }),
    )
    .refine((all) => Object.keys(all).length <= 50, "may be at most 50")
    .default({})
    .describe("Values of your own that searches can filter by"),
  options: z
    .strictObject({
      chunking: chunkingSchema.optional(),
      metadata: z
        .strictObject({
          schema: customSchema
            .refine((schema) => JSON.stringify(schema).length <= 16_384, "is over 16384 characters")
            .optional()
            .describe("Fields of your own, extracted from every chunk"),
        })
        .optional(),
    })
    .default({}),
});

/** `POST /v1/ingest` */
export const ingestRequestSchema = fields.refine(
  ({ text, upload_id }) => (text === undefined) !== (upload_id === undefined),
  { path: ["text"], message: "is required, or upload_id instead; not both" },
);

export type IngestRequest = z.infer<typeof ingestRequestSchema>;

/** The headers that submit reads. */
export const idempotencyKeySchema = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters")
    .optional(),
});

/** The 202 of ingest and of retry. */
export const acceptedSchema = z
  .object({
    job_id: z.string(),
    document_id: z.string(),
    document_version: z.int().min(1),
    status: z.literal("queued"),
    status_url: z.string(),
    queue_position: count.describe("From 1; 0 when the job has started already"),
    estimated_wait_seconds: count,
  })
  .meta({ id: "Accepted" });

export type AcceptedAnswer = z.infer<typeof acceptedSchema>;
