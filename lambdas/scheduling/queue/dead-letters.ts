/** Messages that failed too often; approximate, as the queue tells it. */
export interface DeadLetters {
  count(): Promise<number>;
}
