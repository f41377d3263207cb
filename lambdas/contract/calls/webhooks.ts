/** Webhooks: a request to the caller's own address when a job ends (Standard Webhooks). */
import * as z from "zod";
import { count, cursor, documentId, pageSize, time } from "../fields.ts";

export const webhookTypes = ["job.completed", "job.failed", "job.cancelled"] as const;

export const deliveryStatuses = ["pending", "delivered", "failed"] as const;

/** Plain HTTP may reach this machine only, and only a deployment on a laptop delivers there. */
const callbackPattern =
  /^(?:https:\/\/[^\s/?#@\\]+|http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?)(?:[/?][^\s#]*)?$/;

export const callbackUrl = z
  .string()
  .max(2_048)
  .regex(callbackPattern, "must be an https:// URL without user name, password and fragment")
  .describe(
    "Where to send a signed request when the job ends. The address must be public; redirects are not followed",
  );

export const deliverySchema = z
  .object({
    delivery_id: z.string().describe("Sent as the header `webhook-id`, the same in every attempt"),
    type: z.enum(webhookTypes),
    job_id: z.string(),
    document_id: documentId,
    url: z.string(),
    status: z.enum(deliveryStatuses),
    attempts: count,
    created_at: time,
    last_attempt_at: time.optional(),
    next_attempt_at: time.optional().describe("Present while `pending`"),
    delivered_at: time.optional(),
    last_error: z.string().optional().describe("Why the last attempt failed"),
  })
  .meta({ id: "Delivery" });

export type DeliveryAnswer = z.infer<typeof deliverySchema>;

export const deliveryPageSchema = z
  .object({ deliveries: z.array(deliverySchema), next_cursor: z.string().optional() })
  .meta({ id: "DeliveryPage" });

export type DeliveryPageAnswer = z.infer<typeof deliveryPageSchema>;

/** `GET /v1/webhooks/deliveries` */
export const deliveryListQuerySchema = z.strictObject({
  status: z.enum(deliveryStatuses).optional(),
  limit: pageSize,
  cursor: cursor.optional(),
});

export type DeliveryListParameters = z.infer<typeof deliveryListQuerySchema>;

export const webhookSecretSchema = z
  .object({
    secret: z.string().describe("`whsec_` and base64: the key of every signature"),
    previous_valid_until: time
      .optional()
      .describe(
        "After a rotation: until then requests carry a second signature, with the secret before",
      ),
  })
  .meta({ id: "WebhookSecret" });

export type WebhookSecretAnswer = z.infer<typeof webhookSecretSchema>;
