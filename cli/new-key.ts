/** A new API key: API Gateway passes it on to its machines over seconds, and refuses it until then. */
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "./client.ts";
import { ApiError } from "./errors.ts";

/** Each call may meet another machine of the gateway. */
const callsInARow = 3;
const betweenRefusalsMs = 2_000;
const longestMs = 120_000;

interface Waiting {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/**
 * Waits until the API takes the client's key.
 * @throws ApiError after two minutes of refusals, and at once what is no refusal of the key
 */
export async function untilKeyIsKnown(
  client: Pick<Client, "documents">,
  { now, sleep }: Waiting = { now: Date.now, sleep: pause },
): Promise<void> {
  const endMs = now() + longestMs;
  for (let taken = 0; taken < callsInARow; ) {
    try {
      await client.documents({ limit: 1 });
      taken += 1;
    } catch (error) {
      const isRefused = error instanceof ApiError && error.status === 403;
      if (!isRefused || now() >= endMs) throw error;
      taken = 0;
      await sleep(betweenRefusalsMs);
    }
  }
}
