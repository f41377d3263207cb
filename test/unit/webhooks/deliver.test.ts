import { beforeEach, describe, expect, test } from "vitest";
import { CallbackEvents } from "../../../lambdas/webhooks/callback-events.ts";
import { deliver, retryDelaysSeconds } from "../../../lambdas/webhooks/deliver/deliver.ts";
import { type WebhookRequest, WebhookSendError } from "../../../lambdas/webhooks/sending/sender.ts";
import { freshSecret } from "../../../lambdas/webhooks/signature.ts";
import { deliveryOf } from "../../support/deliveries.ts";
import { ManualClock } from "../../support/fakes/clock.ts";
import { MemoryAccounts, MemoryMetrics } from "../../support/fakes/metrics.ts";
import { MemoryJobEvents } from "../../support/fakes/scheduling/job-events.ts";
import { MemoryDeliveryQueue } from "../../support/fakes/webhooks/delivery-queue.ts";
import { MemoryDeliveryStore } from "../../support/fakes/webhooks/delivery-store.ts";
import { MemoryWebhookSecrets } from "../../support/fakes/webhooks/webhook-secrets.ts";

function createWorld() {
  const sent: WebhookRequest[] = [];
  const world = {
    deliveries: new MemoryDeliveryStore(),
    secrets: new MemoryWebhookSecrets(freshSecret),
    queue: new MemoryDeliveryQueue(),
    clock: new ManualClock(),
    metrics: new MemoryMetrics(),
    tallies: new MemoryAccounts(),
    sent,
    /** The receiver. */
    answer: (): number => 204,
    sender: {
      send: async (request: WebhookRequest) => {
        sent.push(request);
        return world.answer();
      },
    },
  };
  return world;
}

let world: ReturnType<typeof createWorld>;
const ref = { tenant: "acme", deliveryId: deliveryOf().deliveryId };
const delivery = () => world.deliveries.read(ref);

beforeEach(async () => {
  world = createWorld();
  await world.deliveries.create(deliveryOf());
});

/** Lets time pass and messages come until no more are under way. */
async function runAll(message = { ...ref, attempts: 0 }): Promise<string[]> {
  const outcomes = [await deliver(message, world)];
  for (let queued = world.queue.drain(); queued.length > 0; queued = world.queue.drain()) {
    for (const { message: next, delaySeconds } of queued) {
      // What SQS can delay.
      await world.clock.advance(Math.min(900, delaySeconds) * 1_000);
      outcomes.push(await deliver(next, world));
    }
  }
  return outcomes;
}

describe("a webhook", () => {
  test("is sent once, signed, and then delivered", async () => {
    expect(await runAll()).toEqual(["delivered"]);
    const [request, ...others] = world.sent;
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      url: "https://example.com/hook",
      body: deliveryOf().payload,
      headers: {
        "webhook-id": ref.deliveryId,
        "webhook-signature": expect.stringMatching(/^v1,\S{44}$/) as string,
      },
    });
    expect(await delivery()).toMatchObject({ status: "delivered", attempts: 1 });
  });

  test("that fails is sent again after each delay, then is failed and says why", async () => {
    world.answer = () => 500;
    const startedAt = world.clock.now();
    const outcomes = await runAll();
    expect(outcomes.filter((outcome) => outcome === "retry")).toHaveLength(7);
    expect(outcomes.at(-1)).toBe("failed");
    expect(world.sent).toHaveLength(8);
    const waited = retryDelaysSeconds.reduce((sum, seconds) => sum + seconds, 0);
    expect(world.clock.now() - startedAt).toBe(waited * 1_000);
    expect(await delivery()).toMatchObject({
      status: "failed",
      attempts: 8,
      lastError: "example.com answered 500.",
    });
    expect((await delivery())?.nextAttemptAt).toBeUndefined();
    expect(new Set(world.sent.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(world.sent.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(8);
  });

  test("is counted with each attempt, and once as failed", async () => {
    world.answer = () => 500;
    await runAll();
    expect(await world.tallies.read()).toMatchObject({
      "WebhookAttempts|outcome=retry": 7,
      "WebhookAttempts|outcome=failed": 1,
    });
    expect(world.metrics.emitted).toHaveLength(8);
  });

  test("reaches a receiver that comes back", async () => {
    let asked = 0;
    world.answer = () => (++asked < 3 ? 503 : 200);
    expect(await runAll()).toEqual(["retry", "retry", "delivered"]);
    expect(await delivery()).toMatchObject({ status: "delivered", attempts: 3 });
    expect((await delivery())?.lastError).toBeUndefined();
  });

  test.each([
    [302, "example.com answered 302; redirects are not followed."],
    [404, "example.com answered 404."],
  ])("fails by an answer of %d and says so", async (status, lastError) => {
    world.answer = () => status;
    await deliver({ ...ref, attempts: 0 }, world);
    expect(await delivery()).toMatchObject({ status: "pending", lastError });
  });

  test("is not sent again to a receiver that is gone", async () => {
    world.answer = () => 410;
    expect(await runAll()).toEqual(["failed"]);
  });

  test("that has no answer says why", async () => {
    world.answer = () => {
      throw new WebhookSendError("has the address 10.0.0.5, which is not public");
    };
    await deliver({ ...ref, attempts: 0 }, world);
    expect((await delivery())?.lastError).toBe(
      "example.com has the address 10.0.0.5, which is not public.",
    );
  });
});

describe("a message", () => {
  test("that comes twice sends once", async () => {
    world.answer = () => 500;
    await deliver({ ...ref, attempts: 0 }, world);
    expect(await deliver({ ...ref, attempts: 0 }, world)).toBe("outdated");
    expect(world.sent).toHaveLength(1);
    expect(world.queue.drain()).toHaveLength(1);
  });

  test("that comes again after a run that was killed before it queued the next goes on", async () => {
    world.answer = () => 500;
    await deliver({ ...ref, attempts: 0 }, world);
    world.queue.drain();
    await world.clock.advance(2_000);
    expect(await deliver({ ...ref, attempts: 0 }, world, true)).toBe("waits");
    expect(world.queue.drain()).toEqual([{ message: { ...ref, attempts: 1 }, delaySeconds: 3 }]);
    expect(world.sent).toHaveLength(1);
  });

  test("that comes again long after its webhook went on does nothing", async () => {
    world.answer = () => 500;
    await deliver({ ...ref, attempts: 0 }, world);
    await world.clock.advance(5_000);
    await deliver({ ...ref, attempts: 1 }, world);
    world.queue.drain();
    expect(await deliver({ ...ref, attempts: 0 }, world, true)).toBe("outdated");
    expect(world.queue.drain()).toEqual([]);
  });

  test("that comes early waits on", async () => {
    world.answer = () => 500;
    await deliver({ ...ref, attempts: 0 }, world);
    world.queue.drain();
    expect(await deliver({ ...ref, attempts: 1 }, world)).toBe("waits");
    expect(world.queue.drain()).toEqual([{ message: { ...ref, attempts: 1 }, delaySeconds: 5 }]);
    expect(world.sent).toHaveLength(1);
  });

  test("of a delivered webhook, or of none, does nothing", async () => {
    await runAll();
    expect(await deliver({ ...ref, attempts: 1 }, world)).toBe("outdated");
    expect(await deliver({ ...ref, tenant: "globex", attempts: 0 }, world)).toBe("outdated");
    expect(world.sent).toHaveLength(1);
  });
});

describe("the end of a job", () => {
  const job = {
    jobId: "01JH0000000000000000000002",
    attempt: 2,
    tenant: "acme",
    documentId: "doc",
    at: "2026-01-01T00:00:00.000Z",
  };
  const error = { code: "x", message: "No.", stage: "metadata", retryable: true } as const;
  const events = () => new CallbackEvents(new MemoryJobEvents(), world);
  const made = () => world.deliveries.read({ tenant: "acme", deliveryId: `${job.jobId}-2` });

  test("makes one webhook, however often it is announced", async () => {
    const called = { ...job, callbackUrl: "https://example.com/hook" };
    await events().emit(called, { type: "job.failed", error });
    await world.clock.advance(1_000);
    await events().emit(called, { type: "job.failed", error });
    const delivered = await made();
    expect(JSON.parse(delivered?.payload ?? "")).toEqual({
      type: "job.failed",
      timestamp: job.at,
      data: {
        job_id: job.jobId,
        document_id: "doc",
        attempt: 2,
        status: "failed",
        error,
      },
    });
    const [first, second] = world.queue.drain();
    expect(await deliver(first?.message ?? { ...ref, attempts: 0 }, world)).toBe("delivered");
    expect(await deliver(second?.message ?? { ...ref, attempts: 0 }, world)).toBe("outdated");
  });

  test("makes none without an address", async () => {
    await events().emit(job, { type: "job.cancelled" });
    expect(await made()).toBeUndefined();
    expect(world.queue.drain()).toEqual([]);
  });
});
