/**
 * Every error that crosses a step's boundary extends `SluiceError`. The state machine retries, waits
 * for or gives up on an error by its literal `name`, so a name is part of the contract: a test holds
 * the classes against `statemachine/ingest.asl.json`.
 *
 * Messages say what happened, to what, and what to do about it.
 */
/** How the state machine treats an error: retry it, wait it out, or give up. */
export type Treatment = "retry" | "wait" | "give-up";

export abstract class SluiceError extends Error {
  abstract override readonly name: string;
  /** The `code` that a client sees in a job's `error`. */
  abstract readonly code: string;
  abstract readonly treatment: Treatment;
}
