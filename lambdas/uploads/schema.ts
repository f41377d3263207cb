import * as z from "zod";
import { contentTypes } from "../domain/job.ts";

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
