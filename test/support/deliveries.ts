import type { Delivery } from "../../lambdas/webhooks/delivery.ts";

export function deliveryOf(given: Partial<Delivery> = {}): Delivery {
  const createdAt = "2026-01-01T00:00:00.000Z";
  return {
    tenant: "acme",
    deliveryId: "01JH0000000000000000000001-1",
    type: "job.completed",
    jobId: "01JH0000000000000000000001",
    documentId: "doc",
    url: "https://example.com/hook",
    payload: '{"type":"job.completed"}',
    status: "pending",
    attempts: 0,
    tries: 0,
    createdAt,
    nextAttemptAt: createdAt,
    ...given,
  };
}
