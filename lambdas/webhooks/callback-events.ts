import { type Clock, isoTime } from "../platform/clock.ts";
import { attemptId } from "../records/jobs/attempt.ts";
import type { EventedJob, JobEvent, JobEvents } from "../scheduling/orchestration.ts";
import type { Delivery } from "./delivery.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import type { DeliveryStore } from "./delivery-store.ts";

export interface CallbackPorts {
  readonly deliveries: DeliveryStore;
  readonly queue: DeliveryQueue;
  readonly clock: Clock;
}

/**
 * The end of a job, also as a webhook if the job has an address for it. The end counts as announced
 * only after both, and until then it is announced again, so that no webhook is lost; its id is that
 * of the attempt, so that there is no second one.
 */
export class CallbackEvents implements JobEvents {
  readonly #events: JobEvents;
  readonly #ports: CallbackPorts;

  constructor(events: JobEvents, ports: CallbackPorts) {
    this.#events = events;
    this.#ports = ports;
  }

  async emit(job: EventedJob, event: JobEvent): Promise<void> {
    await this.#events.emit(job, event);
    const { callbackUrl: url } = job;
    if (url === undefined) return;
    const delivery = deliveryOf(job, event, url, isoTime(this.#ports.clock));
    await this.#ports.deliveries.create(delivery);
    await this.#ports.queue.send({ ...delivery, attempts: 0 }, 0);
  }
}

function deliveryOf(job: EventedJob, event: JobEvent, url: string, createdAt: string): Delivery {
  const { type, ...details } = event;
  const data = {
    job_id: job.jobId,
    document_id: job.documentId,
    attempt: job.attempt,
    status: type.slice("job.".length),
    ...details,
  };
  return {
    tenant: job.tenant,
    deliveryId: attemptId(job),
    type,
    jobId: job.jobId,
    documentId: job.documentId,
    url,
    payload: JSON.stringify({ type, timestamp: job.at, data }),
    status: "pending",
    attempts: 0,
    tries: 0,
    createdAt,
    nextAttemptAt: createdAt,
  };
}
