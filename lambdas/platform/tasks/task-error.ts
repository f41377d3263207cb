/**
 * Every error that leaves a step extends `SluiceError`. The state machine retries, waits for or
 * gives up on an error by its literal `name`, so the name is part of the contract. A test compares
 * the classes with `statemachine/ingest.asl.json`.
 *
 * Messages say what happened, to what, and what to do.
 */
/** How the state machine treats an error: retry it, wait it out, or give up. */
export type Treatment = "retry" | "wait" | "give-up";

export abstract class SluiceError extends Error {
  abstract override readonly name: string;
  /** The `code` in a job's `error`. */
  abstract readonly code: string;
  abstract readonly treatment: Treatment;
}
