import { SluiceError } from "../../platform/tasks/task-error.ts";

/** The job was cancelled, or another attempt of it has taken over. */
export class JobCancelledError extends SluiceError {
  override readonly name = "JobCancelledError";
  readonly code = "job_cancelled";
  readonly treatment = "give-up";
}
