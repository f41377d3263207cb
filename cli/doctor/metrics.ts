/** What only the metrics tell: a queue that is stuck, and dead letters. */
import { metrics } from "../../lambdas/contract/calls/metrics.ts";
import type { Client } from "../client.ts";
import { commandFor } from "../connection.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

export async function checkMetrics(client: Client, local: boolean): Promise<Finding[]> {
  const text = await client.metrics();
  const stalled = gauge(text, metrics.StalledQueueAge.prometheus);
  const dead = gauge(text, metrics.DeadLetters.prometheus);
  return [
    told("progress", stalled, (seconds) =>
      seconds === 0
        ? ok("progress", "Nothing is stuck.")
        : problem(
            "progress",
            `Jobs wait, and for ${Math.round(seconds)} s none has started, ended or got on.`,
            "docs/runbooks/alarms.md, QueueStalled: breakers first, then the logs of dispatch and sweep.",
          ),
    ),
    told("dead letters", dead, (count) => deadLettersFinding(count, local)),
  ];
}

export function deadLettersFinding(count: number, local: boolean): Finding {
  if (count === 0) return ok("dead letters", "There are none.");
  return problem(
    "dead letters",
    `${count} wake-ups of dispatch failed five times each. No job is lost, but dispatch fails or failed.`,
    `Mend what the log of dispatch complains of, then: ${commandFor(local, "dead-letters --replay")}`,
  );
}

/** An own gauge that has no labels. */
function gauge(text: string, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

function told(
  check: string,
  value: number | undefined,
  judge: (value: number) => Finding,
): Finding {
  return value === undefined ? note(check, "The deployment does not tell.") : judge(value);
}
