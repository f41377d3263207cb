/** One try of a batch task. */
export interface Invocation {
  /** Names this try; its usage is booked once under it. */
  readonly id: string;
  /** Epoch milliseconds at which the function must be done. */
  readonly deadlineMs: number;
}
