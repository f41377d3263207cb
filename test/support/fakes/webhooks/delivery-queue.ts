import type {
  DeliveryMessage,
  DeliveryQueue,
} from "../../../../lambdas/webhooks/delivery-queue.ts";

export interface Queued {
  readonly message: DeliveryMessage;
  readonly delaySeconds: number;
}

/** Keeps messages until a test takes them. */
export class MemoryDeliveryQueue implements DeliveryQueue {
  #queued: Queued[] = [];

  async send({ tenant, deliveryId, attempts }: DeliveryMessage, delaySeconds: number) {
    this.#queued.push({ message: { tenant, deliveryId, attempts }, delaySeconds });
  }

  drain(): Queued[] {
    const taken = this.#queued;
    this.#queued = [];
    return taken;
  }
}
