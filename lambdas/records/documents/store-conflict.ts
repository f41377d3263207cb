import { SluiceError } from "../../platform/tasks/task-error.ts";

/** Two commits to the vector store met, or another run holds the document. */
export class StoreConflictError extends SluiceError {
  override readonly name = "StoreConflictError";
  readonly code = "store_conflict";
  readonly treatment = "retry";
}
