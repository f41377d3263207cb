import type { JobEvent, JobEvents } from "../../../../lambdas/scheduling/orchestration.ts";

type EventSubject = Parameters<JobEvents["emit"]>[0];

export class MemoryJobEvents implements JobEvents {
  readonly emitted: (EventSubject & { readonly event: JobEvent })[] = [];

  async emit(job: EventSubject, event: JobEvent): Promise<void> {
    const { jobId, tenant, documentId, attempt, at } = job;
    this.emitted.push({ jobId, tenant, documentId, attempt, at, event });
  }
}
