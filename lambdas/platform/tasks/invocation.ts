/** One invocation of a batch task. */
export interface Invocation {
  /** Names this invocation; its usage is booked once under this name. */
  readonly id: string;
  /** Epoch milliseconds by which the function must end. */
  readonly deadlineMs: number;
}
