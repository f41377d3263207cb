import { type Counting, count } from "../../accounting/metrics.ts";
import { sample } from "../../contract/calls/metrics.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";
import type { Delivery, DeliveryProgress } from "../delivery.ts";
import type { DeliveryMessage, DeliveryQueue } from "../delivery-queue.ts";
import type { DeliveryStore } from "../delivery-store.ts";
import type { WebhookSecrets } from "../secrets.ts";
import { WebhookSendError, type WebhookSender } from "../sending/sender.ts";
import { signedHeaders } from "../signature.ts";

export interface DeliverPorts extends Counting {
  readonly deliveries: DeliveryStore;
  readonly secrets: WebhookSecrets;
  readonly queue: DeliveryQueue;
  readonly sender: WebhookSender;
  readonly clock: Clock;
}

/** Between the attempts, in seconds: 8 attempts in 17.6 hours, for a receiver that is down for a night. */
export const retryDelaysSeconds = [5, 60, 300, 1_800, 7_200, 18_000, 36_000] as const;

/** Nothing listens for this webhook any more (Standard Webhooks). */
const gone = 410;

export type Delivered = "delivered" | "retry" | "failed" | "waits" | "outdated";

/**
 * One attempt of a delivery, or a further wait: a message cannot wait as long as the longest delay.
 * An attempt that succeeded but could not be recorded is repeated; receivers know the repeat by its
 * `webhook-id`.
 * @param comesAgain whether the message was received before, by a run that did not end well
 */
export async function deliver(
  message: DeliveryMessage,
  ports: DeliverPorts,
  comesAgain = false,
): Promise<Delivered> {
  const delivery = await ports.deliveries.read(message);
  if (delivery?.status !== "pending") return "outdated";
  const waitMs = Date.parse(delivery.nextAttemptAt ?? delivery.createdAt) - ports.clock.now();
  // The run before may have been killed when its attempt was recorded and the next not yet queued.
  const recordedBefore = comesAgain && delivery.attempts === message.attempts + 1;
  if (delivery.attempts !== message.attempts && !recordedBefore) return "outdated";
  if (recordedBefore || waitMs > 0) {
    const { attempts } = delivery;
    await ports.queue.send({ ...message, attempts }, Math.max(0, waitMs) / 1_000);
    return "waits";
  }
  const progress = await attempt(delivery, ports);
  const recorded = await ports.deliveries.record(delivery, delivery.attempts, progress);
  if (recorded === "refused") return "outdated";
  const outcome = progress.status === "pending" ? "retry" : progress.status;
  if (outcome === "retry") {
    const next = { ...message, attempts: progress.attempts };
    await ports.queue.send(next, retryDelaysSeconds[progress.tries - 1] ?? 0);
  }
  await count([sample("WebhookAttempts", 1, { outcome })], ports);
  return outcome;
}

async function attempt(delivery: Delivery, ports: DeliverPorts): Promise<DeliveryProgress> {
  const outcome = await send(delivery, ports);
  const nowMs = ports.clock.now();
  const lastAttemptAt = isoTime(ports.clock);
  const attempts = delivery.attempts + 1;
  const tries = delivery.tries + 1;
  const done = { attempts, tries, lastAttemptAt };
  if (outcome === "accepted") return { ...done, status: "delivered", deliveredAt: lastAttemptAt };
  const { lastError, final } = outcome;
  const delaySeconds = final ? undefined : retryDelaysSeconds[tries - 1];
  if (delaySeconds === undefined) return { ...done, status: "failed", lastError };
  const nextAttemptAt = new Date(nowMs + delaySeconds * 1_000).toISOString();
  return { ...done, status: "pending", lastError, nextAttemptAt };
}

async function send(
  { tenant, deliveryId, url, payload }: Delivery,
  { secrets, sender, clock }: DeliverPorts,
): Promise<"accepted" | { readonly lastError: string; readonly final: boolean }> {
  const secret = await secrets.of(tenant);
  const message = { id: deliveryId, nowMs: clock.now(), body: payload };
  const { host } = new URL(url);
  try {
    const status = await sender.send({
      url,
      headers: signedHeaders(message, secret),
      body: payload,
    });
    if (status >= 200 && status < 300) return "accepted";
    const why = status >= 300 && status < 400 ? "; redirects are not followed" : "";
    return { lastError: `${host} answered ${status}${why}.`, final: status === gone };
  } catch (error) {
    if (!(error instanceof WebhookSendError)) throw error;
    return { lastError: `${host} ${error.message}.`, final: false };
  }
}
