/** Checks that need metrics: a stalled queue, and dead letters. */
import { metrics } from "../../lambdas/contract/calls/metrics.ts";
import type { Client } from "../client.ts";
import { commandFor } from "../connection.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

export async function checkMetrics(client: Client, local: boolean): Promise<Finding[]> {
  const text = await client.metrics();
  const stalled = gauge(text, metrics.StalledQueueAge.prometheus);
  const dead = gauge(text, metrics.DeadLetters.prometheus);
  return [
    gaugeFinding("progress", stalled, (seconds) =>
      seconds === 0
        ? ok("progress", "The queue is not stalled.")
        : problem(
            "progress",
            `Jobs are queued, but none has started, ended or advanced for ${Math.round(seconds)} s.`,
            "Check the breakers first, then the logs of dispatch and sweep. See docs/runbooks/alarms.md, QueueStalled.",
          ),
    ),
    gaugeFinding("dead letters", dead, (count) => deadLettersFinding(count, local)),
  ];
}

export function deadLettersFinding(count: number, local: boolean): Finding {
  if (count === 0) return ok("dead letters", "There are no dead letters.");
  return problem(
    "dead letters",
    `${count} wake-ups of dispatch failed five times each. No job is lost, but dispatch fails or has failed.`,
    `Fix the errors in the log of dispatch, then run: ${commandFor(local, "dead-letters --replay")}`,
  );
}

/** The value of a gauge without labels. */
function gauge(text: string, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

function gaugeFinding(
  check: string,
  value: number | undefined,
  judge: (value: number) => Finding,
): Finding {
  return value === undefined
    ? note(check, "The deployment does not report this metric.")
    : judge(value);
}
