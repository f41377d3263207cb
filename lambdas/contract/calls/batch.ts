import * as z from "zod";
import { errorSchema } from "../errors.ts";
import { count } from "../fields.ts";
import { maxBatchItems } from "../limits.ts";
import { acceptedSchema, batchItemSchema } from "./ingest.ts";

/** `POST /v1/ingest/batch`, as clients write it. */
export const batchRequestSchema = z
  .strictObject({ items: z.array(batchItemSchema).min(1).max(maxBatchItems) })
  .meta({ id: "BatchRequest" });

/** The request before its items are looked at: an item that is wrong is refused alone. */
export const batchEnvelopeSchema = z.strictObject({
  items: z.array(z.unknown()).min(1).max(maxBatchItems),
});

/** One answer for each item, in the order of the items. */
export const batchAnswerSchema = z
  .object({
    accepted: count.describe("Items that became jobs"),
    items: z.array(
      z.object({
        index: count.describe("Of the item in the request, from 0"),
        status: z
          .int()
          .describe("What a request with this item alone would have had: 202 or an error"),
        headers: z.object({ Location: z.string(), "Retry-After": z.string() }).partial(),
        body: z.union([acceptedSchema, errorSchema]),
      }),
    ),
  })
  .meta({ id: "BatchAnswer" });

export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
