import type {
  DeliveryAnswer,
  DeliveryListParameters,
  DeliveryPageAnswer,
  WebhookSecretAnswer,
} from "../../contract/calls/webhooks.ts";
import { notFound } from "../../contract/refusals.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";
import type { Delivery, DeliveryRef } from "../../webhooks/delivery.ts";
import type { DeliveryQueue } from "../../webhooks/delivery-queue.ts";
import type { DeliveryStore } from "../../webhooks/delivery-store.ts";
import { rotationMs, type WebhookSecret, type WebhookSecrets } from "../../webhooks/secrets.ts";
import { refuseInvalidCursor } from "../cursor.ts";

export interface WebhookPorts {
  readonly deliveries: DeliveryStore;
  readonly secrets: WebhookSecrets;
  readonly queue: DeliveryQueue;
  readonly clock: Clock;
}

/** @throws RequestRefusedError `invalid_request` if the cursor is not from this tenant's listing */
export async function listDeliveries(
  tenant: string,
  { limit, status, cursor }: DeliveryListParameters,
  { deliveries }: Pick<WebhookPorts, "deliveries">,
): Promise<DeliveryPageAnswer> {
  const page = await deliveries
    .list(tenant, {
      limit,
      ...(status === undefined ? {} : { status }),
      ...(cursor === undefined ? {} : { cursor }),
    })
    .catch(refuseInvalidCursor);
  return {
    deliveries: page.deliveries.map(viewDelivery),
    ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
  };
}

/**
 * Sends a webhook again, now, with all its retries, whether it failed, waits or was delivered.
 * @throws RequestRefusedError `not_found`
 */
export async function replayDelivery(
  ref: DeliveryRef,
  { deliveries, queue, clock }: WebhookPorts,
): Promise<DeliveryAnswer> {
  const delivery = await deliveries.read(ref);
  if (delivery === undefined) throw notFound(`Webhook delivery ${ref.deliveryId}`);
  const { attempts } = delivery;
  const replay = {
    status: "pending",
    attempts,
    tries: 0,
    nextAttemptAt: isoTime(clock),
    ...(delivery.lastAttemptAt === undefined ? {} : { lastAttemptAt: delivery.lastAttemptAt }),
    ...(delivery.lastError === undefined ? {} : { lastError: delivery.lastError }),
  } as const;
  // If an attempt was faster, its own retry goes on.
  await deliveries.record(ref, attempts, replay);
  await queue.send({ ...ref, attempts }, 0);
  const { deliveredAt: _, ...before } = delivery;
  return viewDelivery({ ...before, ...replay });
}

export async function showSecret(
  tenant: string,
  { secrets, clock }: Pick<WebhookPorts, "secrets" | "clock">,
): Promise<WebhookSecretAnswer> {
  return viewSecret(await secrets.of(tenant), clock);
}

/** Requests carry a signature with either secret for a day. */
export async function rotateSecret(
  tenant: string,
  { secrets, clock }: Pick<WebhookPorts, "secrets" | "clock">,
): Promise<WebhookSecretAnswer> {
  return viewSecret(await secrets.rotate(tenant, clock.now() + rotationMs), clock);
}

function viewSecret(
  { secret, previousUntilMs = 0 }: WebhookSecret,
  clock: Clock,
): WebhookSecretAnswer {
  if (previousUntilMs <= clock.now()) return { secret };
  return { secret, previous_valid_until: new Date(previousUntilMs).toISOString() };
}

function viewDelivery(delivery: Delivery): DeliveryAnswer {
  const { lastAttemptAt, nextAttemptAt, deliveredAt, lastError } = delivery;
  return {
    delivery_id: delivery.deliveryId,
    type: delivery.type,
    job_id: delivery.jobId,
    document_id: delivery.documentId,
    url: delivery.url,
    status: delivery.status,
    attempts: delivery.attempts,
    created_at: delivery.createdAt,
    ...(lastAttemptAt === undefined ? {} : { last_attempt_at: lastAttemptAt }),
    ...(nextAttemptAt === undefined ? {} : { next_attempt_at: nextAttemptAt }),
    ...(deliveredAt === undefined ? {} : { delivered_at: deliveredAt }),
    ...(lastError === undefined ? {} : { last_error: lastError }),
  };
}
