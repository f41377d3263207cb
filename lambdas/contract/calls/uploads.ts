/** The JSON of an upload. */
import * as z from "zod";
import { contentTypes } from "../file-formats.ts";

export const uploadSchema = z
  .object({
    upload_id: z.string().describe("Pass it to ingest as `upload_id` after the file is uploaded"),
    url: z.url().describe("Where to send the file's bytes; it is its own authority"),
    method: z.literal("PUT"),
    headers: z
      .record(z.string(), z.string())
      .describe("Send these headers unchanged with the file"),
    expires_at: z.iso.datetime().describe("ISO 8601, UTC"),
  })
  .meta({ id: "Upload" });

export type UploadAnswer = z.infer<typeof uploadSchema>;

/** `POST /v1/uploads` */
export const uploadRequestSchema = z.strictObject({
  content_type: z
    .string()
    .describe(
      `One of ${contentTypes.join(", ")}; or application/octet-stream, and the bytes tell the type`,
    ),
  size_bytes: z
    .int()
    .min(1)
    .describe(
      "The exact size of the file, up to 50 MB. A job can have 5,000 chunks: about 5 MB of English at the default 512 tokens",
    ),
  filename: z
    .string()
    .max(255)
    .optional()
    .describe("Its ending helps to tell the type of text files"),
});

export type UploadRequest = z.infer<typeof uploadRequestSchema>;
