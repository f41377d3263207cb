import { cursorAfter, readCursor } from "../../../../lambdas/platform/dynamodb/cursor.ts";
import type { Delivery, DeliveryRef } from "../../../../lambdas/webhooks/delivery.ts";
import type {
  DeliveryPage,
  DeliveryQuery,
  DeliveryStore,
} from "../../../../lambdas/webhooks/delivery-store.ts";

export class MemoryDeliveryStore implements DeliveryStore {
  readonly #deliveries = new Map<string, Delivery>();

  async create(delivery: Delivery): Promise<void> {
    if (!this.#deliveries.has(keyOf(delivery))) {
      this.#deliveries.set(keyOf(delivery), structuredClone(delivery));
    }
  }

  async read(delivery: DeliveryRef): Promise<Delivery | undefined> {
    return structuredClone(this.#deliveries.get(keyOf(delivery)));
  }

  record: DeliveryStore["record"] = async (ref, after, progress) => {
    const found = this.#deliveries.get(keyOf(ref));
    if (found?.attempts !== after) return "refused";
    const {
      lastAttemptAt: _last,
      nextAttemptAt: _next,
      deliveredAt: _delivered,
      lastError: _error,
      ...rest
    } = found;
    this.#deliveries.set(keyOf(ref), structuredClone({ ...rest, ...progress }));
    return "recorded";
  };

  async list(tenant: string, { limit, status, cursor }: DeliveryQuery): Promise<DeliveryPage> {
    const before = cursor === undefined ? undefined : readCursor(tenant, "deliveries", cursor);
    const found = [...this.#deliveries.values()]
      .filter((delivery) => delivery.tenant === tenant)
      .filter((delivery) => status === undefined || delivery.status === status)
      .filter(({ deliveryId }) => before === undefined || deliveryId < before)
      .sort((a, b) => (a.deliveryId < b.deliveryId ? 1 : -1));
    const deliveries = structuredClone(found.slice(0, limit));
    const last = deliveries.at(-1);
    return found.length > deliveries.length && last !== undefined
      ? { deliveries, nextCursor: cursorAfter(tenant, "deliveries", last.deliveryId) }
      : { deliveries };
  }
}

const keyOf = ({ tenant, deliveryId }: DeliveryRef) => JSON.stringify([tenant, deliveryId]);
