/** DynamoDB had no room for a request; the SDK has tried it three times by then. */
import type { Chance, Clock } from "../clock.ts";

/** A hot item throttles for moments. Where waiting is cheap, it is waited for like a permit. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Error && error.name === "TableThrottledError";
}

const waitMs = { first: 200, most: 5_000 } as const;

/** Repeats a safe request while the table is throttled, until the time is over. */
export async function whileThrottled<T>(
  request: () => Promise<T>,
  {
    clock,
    chance,
    untilMs,
  }: {
    readonly clock: Clock;
    readonly chance: Pick<Chance, "random">;
    readonly untilMs: number;
  },
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await request();
    } catch (error) {
      const sleepMs = Math.min(waitMs.most, waitMs.first * 2 ** tries) * (0.5 + chance.random());
      if (!isThrottled(error) || clock.now() + sleepMs > untilMs) throw error;
      await clock.sleep(Math.ceil(sleepMs));
    }
  }
}
