import { SluiceError } from "../tasks/task-error.ts";

/** DynamoDB takes no more requests for an item or a partition at this moment; the SDK's own retries are used up. */
export class TableThrottledError extends SluiceError {
  override readonly name = "TableThrottledError";
  readonly code = "table_throttled";
  readonly treatment = "wait";
}

/** By the names of the service. A conflict is one with a transaction at the same item. */
const throttlings: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

/** @throws TableThrottledError in place of the service's own errors for the same thing */
export async function namingThrottling<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof Error) || !throttlings.has(error.name)) throw error;
    throw Object.assign(
      new TableThrottledError(
        `DynamoDB throttles the table (${error.name}). The work is tried again in a few seconds; nothing is lost.`,
      ),
      { cause: error },
    );
  }
}
