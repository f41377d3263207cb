import { invalidRequest } from "../contract/refusals.ts";
import { InvalidCursorError } from "../platform/dynamodb/cursor.ts";

/**
 * For the `catch` of a listing.
 * @throws RequestRefusedError `invalid_request` if the cursor is not from this tenant's listing
 */
export function refuseInvalidCursor(error: unknown): never {
  if (!(error instanceof InvalidCursorError)) throw error;
  const message = "must be a cursor from this listing; leave it out to start again";
  throw invalidRequest([{ path: "cursor", message }]);
}
