import type { Delivery, DeliveryProgress, DeliveryRef } from "./delivery.ts";

/** Deliveries of each tenant, kept for `retentionDays`. */
export interface DeliveryStore {
  /** Changes nothing if it exists. */
  create(delivery: Delivery): Promise<void>;
  read(delivery: DeliveryRef): Promise<Delivery | undefined>;
  /**
   * `refused` if the delivery has another number of attempts than `after`: another message of the
   * same delivery was faster.
   */
  record(
    delivery: DeliveryRef,
    after: number,
    progress: DeliveryProgress,
  ): Promise<"recorded" | "refused">;
  /** Newest first. @throws InvalidCursorError if the cursor is not one of this tenant's */
  list(tenant: string, query: DeliveryQuery): Promise<DeliveryPage>;
}

export interface DeliveryQuery {
  readonly limit: number;
  readonly status?: Delivery["status"];
  readonly cursor?: string;
}

export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  readonly nextCursor?: string;
}
