/** How many events an execution writes into its history, by what Step Functions documents. */
import type { Machine, State } from "./state-machine.ts";

export interface Course {
  /** Batches left to do, in each of the two stages. */
  readonly batches: number;
  /** How often a task is tried again. */
  retries(task: State): number;
}

/** Of an execution that comes to its end: with `ExecutionStarted` and `ExecutionSucceeded`. */
export function historyEvents(machine: Machine, course: Course): number {
  return 2 + eventsFrom(machine, machine.StartAt, course);
}

/** Along the way without failures: a choice takes its default. */
function eventsFrom(machine: Machine, name: string | undefined, course: Course): number {
  const state = name === undefined ? undefined : machine.States[name];
  if (state === undefined) return 0;
  const next = state.Next ?? (state as { Default?: string }).Default;
  return eventsOf(state, course) + eventsFrom(machine, next, course);
}

/** Entered and exited, and what is between. */
function eventsOf(state: State, course: Course): number {
  switch (state.Type) {
    case "Task":
      // Scheduled, started, and succeeded or failed: for each try.
      return 2 + 3 * (1 + course.retries(state));
    case "Choice":
      return 2;
    case "Parallel":
      return (
        4 +
        (state.Branches ?? [])
          .map((branch) => eventsFrom(branch, branch.StartAt, course))
          .reduce((sum, events) => sum + events, 0)
      );
    case "Map": {
      const item = state.ItemProcessor;
      const perItem = item === undefined ? 0 : eventsFrom(item, item.StartAt, course);
      // Each iteration started and succeeded.
      return 4 + course.batches * (2 + perItem);
    }
    default:
      throw new Error(`Events of a ${state.Type} state are not known here.`);
  }
}
