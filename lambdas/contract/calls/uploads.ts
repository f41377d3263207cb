/** The JSON of an offered upload, as clients see it. */
import * as z from "zod";
import { contentTypes } from "../vocabulary.ts";

export const uploadSchema = z
  .object({
    upload_id: z.string().describe("For `upload_id` of ingest, once the file was put"),
    url: z.url().describe("Where to send the file's bytes; it is its own authority"),
    method: z.literal("PUT"),
    headers: z.record(z.string(), z.string()).describe("To be sent as they are"),
    expires_at: z.iso.datetime().describe("ISO 8601, UTC"),
  })
  .meta({ id: "Upload" });

export type UploadAnswer = z.infer<typeof uploadSchema>;

/** `POST /v1/uploads` */
export const uploadRequestSchema = z.strictObject({
  content_type: z.string().describe(`One of ${contentTypes.join(", ")}`),
  size_bytes: z
    .int()
    .min(1)
    .describe(
      "Exactly as many bytes must then be sent, up to 50 MB; 5,000 chunks, which is what a job may have, are at the default 512 tokens about 5 MB of English",
    ),
  filename: z.string().max(255).optional().describe("For your own logs; it is not kept"),
});

export type UploadRequest = z.infer<typeof uploadRequestSchema>;
