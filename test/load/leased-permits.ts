/** How many permits are leased while something is measured, whether or not their calls have begun. */
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoLimiter } from "../../lambdas/models/limiter/dynamodb-limiter.ts";
import { systemClock } from "../../lambdas/platform/system-clock.ts";
import type { AppAddress } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";

/** Seldom enough that the looks are no load of their own. */
const everyMs = 500;

/** @returns a function that ends the watch, and answers the average between two times */
export function watchLeasedPermits({ endpoint, outputs }: AppAddress) {
  const client = new DynamoDBClient(localClient(endpoint));
  const limiter = new DynamoLimiter(client, outputs.TableName, systemClock);
  const looks: { readonly atMs: number; readonly leased: number }[] = [];
  const ended = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted) {
      looks.push({ leased: await limiter.inUse("llm"), atMs: Date.now() });
      await sleep(everyMs);
    }
    client.destroy();
  })();
  return async (fromMs: number, untilMs: number): Promise<number> => {
    ended.abort();
    await watching;
    const within = looks.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
    return within.reduce((sum, { leased }) => sum + leased, 0) / Math.max(1, within.length);
  };
}
