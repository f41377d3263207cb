/** The functions of this release serve executions and calls that an earlier one began. */
import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { probeSchema } from "../../lambdas/models/probe.ts";
import type { ChunkOutput } from "../../lambdas/pipeline/chunk/chunk.ts";
import { embedInputSchema } from "../../lambdas/pipeline/enrich/embed/schema.ts";
import { attemptSchema, batchTaskSchema } from "../../lambdas/records/jobs/attempt.ts";
import { finishInputSchema } from "../../lambdas/scheduling/finish/schema.ts";
import { rowsQuestionSchema } from "../../lambdas/vectors/stored-rows/schema.ts";
import {
  type Machine,
  machineFor,
  statesOf,
  tasksOf,
} from "../support/state-machine/state-machine.ts";
import { readFromChunk, sentByDefinitions, sentByFunctions } from "./recorded-tasks.ts";

/** What each step's handler parses. */
const accepted: Readonly<Record<string, readonly z.ZodType[]>> = {
  extract: [attemptSchema],
  chunk: [attemptSchema],
  metadata: [probeSchema, batchTaskSchema],
  embed: [embedInputSchema],
  store: [attemptSchema],
  finish: [finishInputSchema],
  search: [rowsQuestionSchema],
};

/** The names of a payload, at every depth: `ending.failure.error`, without the `.$` of paths. */
function namesIn(payload: unknown, above = ""): string[] {
  if (typeof payload !== "object" || payload === null) return [above];
  return Object.entries(payload).flatMap(([name, inner]) => {
    const path = `${above}${above === "" ? "" : "."}${name.replace(/\.\$$/, "")}`;
    return namesIn(inner, path);
  });
}

/** What the definition sends, by the name of the task: its payload, or the items of the map around it. */
function payloadsOf(machine: Machine): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, { Parameters }] of tasksOf(machine)) {
    const { Payload } = (Parameters ?? {}) as { Payload?: unknown };
    if (Payload !== undefined) found.set(name, Payload);
  }
  for (const state of statesOf(machine).values()) {
    const { ItemSelector } = state as { ItemSelector?: unknown };
    if (state.ItemProcessor !== undefined) found.set(state.ItemProcessor.StartAt, ItemSelector);
  }
  return found;
}

const recorded = [...Object.entries(sentByDefinitions), ...Object.entries(sentByFunctions)];

test.each(
  recorded.flatMap(([step, all]) => all.map((input) => [step, JSON.stringify(input)] as const)),
)("%s accepts what an earlier release sends: %s", (step, input) => {
  const read = accepted[step]?.some((schema) => schema.safeParse(JSON.parse(input)).success);
  expect(read).toBe(true);
});

describe("today's definition", () => {
  const machine = machineFor();

  test("sends nothing that is not recorded, so that the next release is held to it", () => {
    const known = new Map(
      Object.entries(sentByDefinitions).map(([step, all]) => [
        step,
        all.map((input) => namesIn(input).join()),
      ]),
    );
    const sent = payloadsOf(machine);
    for (const [name, state] of tasksOf(machine)) {
      const [, step = ""] =
        /\$\{(\w+)FunctionArn\}/.exec(state.Parameters?.FunctionName ?? "") ?? [];
      expect(known.get(step.toLowerCase())).toContain(namesIn(sent.get(name)).join());
    }
    expect(sent.size).toBe(7);
  });

  test("reads from chunk's answer what is recorded, and chunk still answers it", () => {
    const answered: readonly (keyof ChunkOutput)[] = readFromChunk;
    const read = [...tasksOf(machine).values()].flatMap((state) => {
      const { ResultSelector = {} } = state as { ResultSelector?: Record<string, string> };
      return Object.values(ResultSelector).map((path) => path.replace("$.Payload.", ""));
    });
    expect(read.toSorted()).toEqual([...answered].toSorted());
  });
});
