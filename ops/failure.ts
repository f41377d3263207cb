/**
 * What a person who runs a command is told when it cannot go on: what
 * happened, what to do, and where more is written. Shown without a stack.
 */
export class LocalFailure extends Error {
  override readonly name = "LocalFailure";
}
