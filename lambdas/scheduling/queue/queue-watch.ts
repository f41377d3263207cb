import type { QueueObservation } from "./stall.ts";

/** What the last sweep saw of the queue. */
export interface QueueWatch {
  last(): Promise<QueueObservation | undefined>;
  keep(observation: QueueObservation): Promise<void>;
}
