/**
 * An error for a person who runs a command: what happened, what to do, and where to read more.
 * Shown without a stack trace.
 */
export class LocalFailure extends Error {
  override readonly name = "LocalFailure";
}
