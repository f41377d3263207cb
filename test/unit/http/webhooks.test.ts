import { beforeEach, expect, test } from "vitest";
import {
  listDeliveries,
  replayDelivery,
  rotateSecret,
  showSecret,
} from "../../../lambdas/http/webhooks/webhooks.ts";
import { deliver } from "../../../lambdas/webhooks/deliver/deliver.ts";
import { freshSecret } from "../../../lambdas/webhooks/signature.ts";
import { deliveryOf } from "../../support/deliveries.ts";
import { ManualClock } from "../../support/fakes/clock.ts";
import { MemoryAccounts, MemoryMetrics } from "../../support/fakes/metrics.ts";
import { MemoryDeliveryQueue } from "../../support/fakes/webhooks/delivery-queue.ts";
import { MemoryDeliveryStore } from "../../support/fakes/webhooks/delivery-store.ts";
import { MemoryWebhookSecrets } from "../../support/fakes/webhooks/webhook-secrets.ts";

const createPorts = () => ({
  deliveries: new MemoryDeliveryStore(),
  secrets: new MemoryWebhookSecrets(freshSecret),
  queue: new MemoryDeliveryQueue(),
  clock: new ManualClock(),
  metrics: new MemoryMetrics(),
  tallies: new MemoryAccounts(),
  sender: { send: async () => 200 },
});
let ports: ReturnType<typeof createPorts>;
const ref = { tenant: "acme", deliveryId: deliveryOf().deliveryId };
const failed = {
  status: "failed",
  attempts: 8,
  tries: 8,
  lastError: "example.com answered 500.",
} as const;

beforeEach(async () => {
  ports = createPorts();
  await ports.deliveries.create(deliveryOf(failed));
});

test("a failed webhook is listed with its reason, for its own tenant", async () => {
  const { deliveries } = await listDeliveries("acme", { limit: 20, status: "failed" }, ports);
  expect(deliveries).toMatchObject([
    { delivery_id: ref.deliveryId, status: "failed", last_error: "example.com answered 500." },
  ]);
  expect(await listDeliveries("globex", { limit: 20 }, ports)).toEqual({ deliveries: [] });
});

test("a failed webhook is sent again, with all its retries", async () => {
  expect(await replayDelivery(ref, ports)).toMatchObject({ status: "pending", attempts: 8 });
  const [queued] = ports.queue.drain();
  expect(queued?.delaySeconds).toBe(0);
  expect(await deliver(queued?.message ?? { ...ref, attempts: 0 }, ports)).toBe("delivered");
  expect(await ports.deliveries.read(ref)).toMatchObject({
    status: "delivered",
    attempts: 9,
    tries: 1,
  });
});

test("another tenant's webhook is not found", async () => {
  await expect(replayDelivery({ ...ref, tenant: "globex" }, ports)).rejects.toMatchObject({
    code: "not_found",
  });
});

test("a secret stays until it is rotated, and the one before is valid for a day", async () => {
  const { secret } = await showSecret("acme", ports);
  expect(await showSecret("acme", ports)).toEqual({ secret });
  const rotated = await rotateSecret("acme", ports);
  expect(rotated.secret).not.toBe(secret);
  expect(rotated.previous_valid_until).toBe("2026-01-02T00:00:00.000Z");
  expect(await showSecret("acme", ports)).toEqual(rotated);
  await ports.clock.advance(24 * 3_600_000);
  expect(await showSecret("acme", ports)).toEqual({ secret: rotated.secret });
});
