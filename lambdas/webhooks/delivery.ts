import type { deliveryStatuses, webhookTypes } from "../contract/calls/webhooks.ts";

export interface DeliveryRef {
  readonly tenant: string;
  /** Of the job's attempt that ended, so that a repeated announcement makes no second delivery. */
  readonly deliveryId: string;
}

/** One webhook: what is sent, where to, and how it went. Times are ISO 8601 UTC. */
export interface Delivery extends DeliveryRef {
  readonly type: (typeof webhookTypes)[number];
  readonly jobId: string;
  readonly documentId: string;
  readonly url: string;
  /** The body, exactly as it is signed and sent in every attempt. */
  readonly payload: string;
  readonly status: (typeof deliveryStatuses)[number];
  /** All attempts, replays included. */
  readonly attempts: number;
  /** Attempts since the delivery was created or last replayed. */
  readonly tries: number;
  readonly createdAt: string;
  readonly lastAttemptAt?: string;
  /** While pending. */
  readonly nextAttemptAt?: string;
  readonly deliveredAt?: string;
  /** Of the last attempt, if it failed. */
  readonly lastError?: string;
}

/** What an attempt or a replay changes; fields that are missing are removed. */
export type DeliveryProgress = Pick<
  Delivery,
  "status" | "attempts" | "tries" | "lastAttemptAt" | "nextAttemptAt" | "deliveredAt" | "lastError"
>;
