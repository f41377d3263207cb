import type { DeliveryRef } from "./delivery.ts";

export interface DeliveryMessage extends DeliveryRef {
  /** Of the delivery when the message was sent; with another number the message is out of date. */
  readonly attempts: number;
}

export interface DeliveryQueue {
  /** @param delaySeconds longer ones are cut to what the queue can do, and the receiver waits again */
  send(message: DeliveryMessage, delaySeconds: number): Promise<void>;
}
