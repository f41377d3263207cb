/** The state machine's definition as data, with the numbers of some settings in it. */
import { readConfig } from "../../../infra/config.ts";
import { ingestDefinition } from "../../../infra/definition.ts";

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts: number;
  readonly BackoffRate?: number;
}

export interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Parameters?: { readonly FunctionName: string };
  readonly TimeoutSeconds?: number;
  readonly MaxConcurrency?: number;
  readonly Next?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly ResultPath: string;
    readonly Next: string;
  }[];
  readonly Branches?: readonly Machine[];
  readonly ItemProcessor?: Machine;
}

export interface Machine {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

export function machineFor(settings: Readonly<Record<string, string>> = {}): Machine {
  return JSON.parse(ingestDefinition(readConfig(settings).settings)) as Machine;
}

/** Every state by its name, those inside of others too. */
export function statesOf(machine: Machine): Map<string, State> {
  return new Map(
    Object.entries(machine.States).flatMap(([name, state]) => [
      [name, state] as const,
      ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(
        (inner) => [...statesOf(inner)],
      ),
    ]),
  );
}

export function tasksOf(machine: Machine): Map<string, State> {
  return new Map([...statesOf(machine)].filter(([, { Type }]) => Type === "Task"));
}

export function stateOf(machine: Machine, name: string): State {
  const found = statesOf(machine).get(name);
  if (found === undefined) throw new Error(`The state machine has no state ${name}.`);
  return found;
}

/** The retrier that an error meets in a state: the first that matches decides. */
export function retrierOf(state: State, error: string): Retrier | undefined {
  return state.Retry?.find(
    ({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes("States.ALL"),
  );
}
