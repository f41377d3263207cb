/**
 * Walks the definition as it is deployed: its retriers with their budgets,
 * catchers, maps with their concurrency, branches. What the two platforms do
 * differently is a choice: whether what runs beside a failure goes on.
 */
import type { ExecutionError } from "../../../lambdas/scheduling/orchestration.ts";
import type { Kernel } from "./kernel.ts";
import { never } from "./process.ts";

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

type Template = Readonly<Record<string, unknown>>;

interface State {
  readonly Type: "Task" | "Choice" | "Parallel" | "Map" | "Fail";
  readonly Next?: string;
  readonly End?: boolean;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string;
  readonly Parameters?: { readonly FunctionName: string; readonly Payload?: Template };
  readonly ResultSelector?: Template;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly { Variable: string; BooleanEquals: boolean; Next: string }[];
  readonly Default?: string;
  readonly Branches?: readonly Definition[];
  readonly ItemsPath?: string;
  readonly MaxConcurrency?: number;
  readonly ItemSelector?: Template;
  readonly ItemProcessor?: Definition;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export class StateError extends Error {
  override readonly name = "StateError";
  readonly failure: ExecutionError;
  constructor(failure: ExecutionError) {
    super(`${failure.error}: ${failure.cause}`);
    this.failure = failure;
  }
}

/** What runs together, and stops together. */
export interface Scope {
  stopped: boolean;
  readonly parent?: Scope;
}

export interface Engine {
  readonly kernel: Kernel;
  /** Calls the function behind `${NameFunctionArn}`. @throws StateError */
  readonly invoke: (name: string, payload: unknown) => Promise<unknown>;
  /** A failed branch does not stop its siblings. */
  readonly runsOn: boolean;
}

/** @throws StateError with which the execution ends */
export async function walk(
  { StartAt, States }: Definition,
  input: unknown,
  engine: Engine,
  scope: Scope,
): Promise<unknown> {
  let name = StartAt;
  let data = input;
  for (;;) {
    if (isStopped(scope)) return never();
    const state = States[name];
    if (state === undefined) throw new Error(`The definition has no state ${name}.`);
    const [next, output] = await enter(state, data, engine, scope);
    if (next === undefined) return output;
    name = next;
    data = output;
  }
}

type Way = readonly [next: string | undefined, output: unknown];

async function enter(state: State, input: unknown, engine: Engine, scope: Scope): Promise<Way> {
  switch (state.Type) {
    case "Choice": {
      const choice = state.Choices?.find((c) => at(input, c.Variable) === c.BooleanEquals);
      return [choice?.Next ?? state.Default, input];
    }
    case "Fail":
      throw new StateError({
        error: String(at(input, state.ErrorPath ?? "$")),
        cause: String(at(input, state.CausePath ?? "$")),
      });
    case "Task":
    case "Parallel":
    case "Map":
      return retried(state, input, engine, scope);
  }
}

async function retried(state: State, input: unknown, engine: Engine, scope: Scope): Promise<Way> {
  const spent = new Map<Retrier, number>();
  for (;;) {
    try {
      const result = await work(state, input, engine, scope);
      return [state.Next, path(placed(input, state.ResultPath, result), state.OutputPath)];
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      if (isStopped(scope)) return never();
      const { failure } = error;
      const retrier = state.Retry?.find((r) => matches(r.ErrorEquals, failure.error));
      const tries = retrier === undefined ? 0 : (spent.get(retrier) ?? 0);
      if (retrier !== undefined && tries < retrier.MaxAttempts) {
        spent.set(retrier, tries + 1);
        await engine.kernel.sleep(delayMs(retrier, tries, engine.kernel));
        if (isStopped(scope)) return never();
        continue;
      }
      const catcher = state.Catch?.find((c) => matches(c.ErrorEquals, failure.error));
      if (catcher === undefined) throw error;
      const told = { Error: failure.error, Cause: failure.cause };
      return [catcher.Next, placed(input, catcher.ResultPath, told)];
    }
  }
}

async function work(state: State, input: unknown, engine: Engine, scope: Scope): Promise<unknown> {
  switch (state.Type) {
    case "Task": {
      const { FunctionName = "", ...rest } = state.Parameters ?? {};
      const { Payload } = filled(rest, input) as { Payload: unknown };
      const name = /\$\{(\w+)FunctionArn\}/.exec(FunctionName)?.[1] ?? FunctionName;
      const result = { Payload: await engine.invoke(name, Payload) };
      if (isStopped(scope)) return never();
      return state.ResultSelector === undefined ? result : filled(state.ResultSelector, result);
    }
    case "Parallel": {
      const inner: Scope = { stopped: false, parent: scope };
      const branches = state.Branches ?? [];
      return together(
        branches.map((branch) => () => walk(branch, input, engine, inner)),
        { atOnce: branches.length, inner, engine },
      );
    }
    case "Map": {
      const inner: Scope = { stopped: false, parent: scope };
      const items = at(input, state.ItemsPath ?? "$") as readonly unknown[];
      const processor = state.ItemProcessor;
      if (processor === undefined) throw new Error("A map without a processor.");
      return together(
        items.map((item) => () => {
          const one = filled(state.ItemSelector ?? {}, input, item);
          return walk(processor, one, engine, inner);
        }),
        { atOnce: state.MaxConcurrency ?? items.length, inner, engine },
      );
    }
    case "Choice":
    case "Fail":
      throw new Error(`${state.Type} does no work.`);
  }
}

async function together(
  works: readonly (() => Promise<unknown>)[],
  { atOnce, inner, engine }: { atOnce: number; inner: Scope; engine: Engine },
): Promise<unknown[]> {
  const results: unknown[] = [];
  let next = 0;
  const lane = async () => {
    while (next < works.length && !isStopped(inner)) {
      const index = next++;
      results[index] = await works[index]?.();
    }
  };
  const lanes = Array.from({ length: Math.min(atOnce, works.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (error) {
    if (!engine.runsOn) inner.stopped = true;
    throw error;
  }
  return results;
}

function isStopped(scope: Scope | undefined): boolean {
  return scope !== undefined && (scope.stopped || isStopped(scope.parent));
}

function matches(names: readonly string[], error: string): boolean {
  return names.includes(error) || names.includes("States.ALL");
}

function delayMs(retrier: Retrier, tries: number, kernel: Kernel): number {
  const seconds = retrier.IntervalSeconds * retrier.BackoffRate ** tries;
  const bounded = Math.min(seconds, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  const share = retrier.JitterStrategy === "FULL" ? kernel.random() : 1;
  return Math.round(bounded * share * 1_000);
}

/** `$.a.b`: all of JSONPath that the definition uses. */
function at(data: unknown, where: string): unknown {
  return where
    .split(".")
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], data);
}

function path(data: unknown, where: string | undefined): unknown {
  return where === undefined ? data : at(data, where);
}

function placed(input: unknown, where: string | null | undefined, result: unknown): unknown {
  if (where === null) return input;
  if (where === undefined || where === "$") return result;
  return { ...(input as object), [where.slice(2)]: result };
}

/** A template with its `"name.$": path` resolved. */
function filled(template: Template, input: unknown, item?: unknown): unknown {
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => {
      if (key.endsWith(".$")) {
        const where = String(value);
        return [key.slice(0, -2), where === "$$.Map.Item.Value" ? item : at(input, where)];
      }
      const nested = typeof value === "object" && value !== null;
      return [key, nested ? filled(value as Template, input, item) : value];
    }),
  );
}
