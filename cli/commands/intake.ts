import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "@commander-js/extra-typings";
import type { IntakeAnswer } from "../../lambdas/contract/calls/admission-switch.ts";
import type { Client } from "../client.ts";
import { intakeText } from "../intake-text.ts";
import { asJson, wholeNumber } from "../options.ts";
import { type Output, output } from "../output.ts";
import { openClient } from "../session.ts";
import { typed } from "../typed-command.ts";

const reasonHelp = "the reason shown to clients whose requests are refused";
/** Time between two checks of the remaining work. */
const pollMs = 2_000;

export function addPause(program: Command): void {
  program
    .command("pause")
    .description("refuse new work; accepted jobs continue (operator's key)")
    .option("--reason <text>", reasonHelp)
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const answer = await pause(openClient(out.note), options.reason);
      out.result(`Intake is ${intakeText(answer)}. ${left(answer)}`, answer);
      out.note(`Resume it with: ${typed("resume")}`);
    });
}

export function addResume(program: Command): void {
  program
    .command("resume")
    .description("accept new work again (operator's key)")
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const answer = await openClient(out.note).intake({ paused: false });
      out.result(`Intake is ${intakeText(answer)}. ${left(answer)}`, answer);
    });
}

export function addDrain(program: Command): void {
  program
    .command("drain")
    .description("pause, then wait until no job is queued or running (operator's key)")
    .option("--reason <text>", reasonHelp)
    .option(
      "--timeout <seconds>",
      "how long to wait (default: until no job is queued or running)",
      wholeNumber,
    )
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const client = openClient(out.note);
      const empty = await drain(client, out, await pause(client, options.reason), options.timeout);
      if (empty)
        out.note(
          `No job is queued or running. Intake is still paused. Resume it with: ${typed("resume")}`,
        );
      else
        out.note(
          `Jobs are still queued or running after ${options.timeout} s. They continue. Intake is still paused.`,
        );
      process.exitCode = empty ? 0 : 1;
    });
}

function pause(client: Client, why: string | undefined): Promise<IntakeAnswer> {
  return client.intake({ paused: true, ...(why === undefined ? {} : { reason: why }) });
}

/** Reports every change. @returns whether all jobs ended in time */
async function drain(
  client: Client,
  out: Output,
  paused: IntakeAnswer,
  timeoutSeconds = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const startedAt = performance.now();
  let last: string | undefined;
  let now: Pick<IntakeAnswer, "intake" | "queue_size" | "active_jobs"> = paused;
  for (;;) {
    const text = left(now);
    if (text !== last) out.result(text, now);
    last = text;
    if (now.intake === "open") {
      out.note("Intake was resumed by someone else, so this command stops waiting.");
      return false;
    }
    if (now.queue_size + now.active_jobs === 0) return true;
    if (performance.now() - startedAt >= timeoutSeconds * 1_000) return false;
    await sleep(pollMs);
    const { intake, queue_size, active_jobs } = await client.health();
    now = { intake, queue_size, active_jobs };
  }
}

function left({ queue_size, active_jobs }: Pick<IntakeAnswer, "queue_size" | "active_jobs">) {
  return `${queue_size} queued, ${active_jobs} running.`;
}
