import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventedJob, JobEvent, JobEvents } from "../orchestration.ts";

/** Ends of jobs on EventBridge, source `sluice`, in the field names of the API. */
export class EventBridgeJobEvents implements JobEvents {
  readonly #client: EventBridgeClient;
  readonly #busName: string;

  constructor(client: EventBridgeClient, busName: string) {
    this.#client = client;
    this.#busName = busName;
  }

  async emit(job: EventedJob, { type, ...details }: JobEvent): Promise<void> {
    const detail = {
      job_id: job.jobId,
      tenant: job.tenant,
      document_id: job.documentId,
      attempt: job.attempt,
      at: job.at,
      ...details,
    };
    const { Entries } = await this.#client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.#busName,
            Source: "sluice",
            DetailType: type,
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    );
    const refused = Entries?.find((entry) => entry.ErrorCode !== undefined);
    if (refused) {
      throw new Error(`EventBridge refused ${type} of job ${job.jobId}: ${refused.ErrorMessage}`);
    }
  }
}
