/** The JSON of an offered upload, as clients see it. */
import * as z from "zod";

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
