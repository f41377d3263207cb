/** What every store of webhooks must do. */
import { describe, expect, test } from "vitest";
import { InvalidCursorError } from "../../../lambdas/platform/dynamodb/cursor.ts";
import type { DeliveryStore } from "../../../lambdas/webhooks/delivery-store.ts";
import type { WebhookSecrets } from "../../../lambdas/webhooks/secrets.ts";
import { deliveryOf } from "../../support/deliveries.ts";
import { jobIdOf } from "../../support/submissions.ts";

export function deliveryStoreContract(name: string, open: () => Promise<DeliveryStore>): void {
  describe(`deliveries on ${name}`, () => {
    test("what was created is read, field by field, by its own tenant only", async () => {
      const store = await open();
      await store.create(deliveryOf());
      expect(await store.read(deliveryOf())).toEqual(deliveryOf());
      expect(await store.read(deliveryOf({ tenant: "globex" }))).toBeUndefined();
    });

    test("a second creation changes nothing", async () => {
      const store = await open();
      await store.create(deliveryOf());
      await store.create(deliveryOf({ url: "https://elsewhere.example.com" }));
      expect(await store.read(deliveryOf())).toEqual(deliveryOf());
    });

    test("an attempt is recorded once, and its record replaces that of the attempt before", async () => {
      const store = await open();
      await store.create(deliveryOf());
      const at = "2026-01-01T00:00:01.000Z";
      const failed = {
        status: "pending",
        attempts: 1,
        tries: 1,
        lastAttemptAt: at,
        nextAttemptAt: at,
        lastError: "answered 500",
      } as const;
      expect(await store.record(deliveryOf(), 0, failed)).toBe("recorded");
      expect(await store.record(deliveryOf(), 0, failed)).toBe("refused");
      expect(await store.read(deliveryOf())).toEqual(deliveryOf(failed));
      const done = {
        status: "delivered",
        attempts: 2,
        tries: 2,
        lastAttemptAt: at,
        deliveredAt: at,
      } as const;
      expect(await store.record(deliveryOf(), 1, done)).toBe("recorded");
      const { nextAttemptAt: _, ...created } = deliveryOf();
      expect(await store.read(deliveryOf())).toEqual({ ...created, ...done });
      const unknown = deliveryOf({ deliveryId: "none-1" });
      expect(await store.record(unknown, 0, failed)).toBe("refused");
    });

    test("a tenant's are listed page by page, newest first, and by status", async () => {
      const store = await open();
      const idOf = (number: number) => `${jobIdOf(number)}-1`;
      for (const number of [1, 2, 3, 4]) {
        const status = number === 3 ? "failed" : "pending";
        await store.create(deliveryOf({ deliveryId: idOf(number), status }));
      }
      await store.create(deliveryOf({ tenant: "globex", deliveryId: idOf(9) }));
      const first = await store.list("acme", { limit: 3 });
      expect(first.deliveries.map(({ deliveryId }) => deliveryId)).toEqual([4, 3, 2].map(idOf));
      const cursor = first.nextCursor ?? "";
      const second = await store.list("acme", { limit: 3, cursor });
      expect(second.deliveries.map(({ deliveryId }) => deliveryId)).toEqual([idOf(1)]);
      expect(second.nextCursor).toBeUndefined();
      const failed = await store.list("acme", { limit: 3, status: "failed" });
      expect(failed.deliveries.map(({ deliveryId }) => deliveryId)).toEqual([idOf(3)]);
      await expect(store.list("globex", { limit: 3, cursor })).rejects.toThrow(InvalidCursorError);
    });
  });
}

export function webhookSecretsContract(
  name: string,
  open: (fresh: () => string) => Promise<WebhookSecrets>,
): void {
  describe(`webhook secrets on ${name}`, () => {
    const counting = () => {
      let made = 0;
      return () => `secret-${++made}`;
    };

    test("a tenant has one from the first look on, and another tenant another", async () => {
      const secrets = await open(counting());
      const made = await Promise.all([secrets.of("acme"), secrets.of("acme"), secrets.of("acme")]);
      expect(new Set(made.map(({ secret }) => secret)).size).toBe(1);
      expect(await secrets.of("acme")).toEqual(made[0]);
      expect((await secrets.of("globex")).secret).not.toBe(made[0]?.secret);
    });

    test("a rotation keeps the one before, until then", async () => {
      const secrets = await open(counting());
      const { secret } = await secrets.of("acme");
      const rotated = await secrets.rotate("acme", 5_000);
      expect(rotated).toEqual({
        secret: expect.not.stringMatching(secret) as string,
        previous: secret,
        previousUntilMs: 5_000,
      });
      expect(await secrets.of("acme")).toEqual(rotated);
    });
  });
}
