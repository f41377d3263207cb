/** Figures that a long command measured, each against its bound, as a table that a person reads. */
import { table } from "../../../cli/output.ts";

export interface Figure {
  readonly what: string;
  readonly measured: string | number;
  /** In words: `exactly 110`, `≤ 20`. */
  readonly bound: string;
  readonly holds: boolean;
}

export const exactly = (
  what: string,
  measured: number | string,
  bound: number | string,
): Figure => ({
  what,
  measured,
  bound: `exactly ${bound}`,
  holds: measured === bound,
});
export const atMost = (what: string, measured: number, bound: number): Figure => ({
  what,
  measured: rounded(measured),
  bound: `≤ ${rounded(bound)}`,
  holds: measured <= bound,
});
export const atLeast = (what: string, measured: number, bound: number): Figure => ({
  what,
  measured: rounded(measured),
  bound: `≥ ${rounded(bound)}`,
  holds: measured >= bound,
});

/** What a reader needs to judge the other figures by; it has no bound. */
export const beside = (what: string, measured: number): Figure => ({
  what,
  measured: rounded(measured),
  bound: "",
  holds: true,
});

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

export interface Scenario<Context> {
  readonly name: string;
  /** What is done, in one line. */
  readonly about: string;
  readonly run: (context: Context) => Promise<readonly Figure[]>;
}

/**
 * Runs the scenarios that are named, or all, one after the other.
 * @returns whether every figure holds; a scenario that throws does not
 */
export async function runScenarios<Context>(
  scenarios: readonly Scenario<Context>[],
  named: readonly string[],
  context: Context,
): Promise<boolean> {
  const unknown = named.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const known = scenarios.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join("\n");
    console.error(`There is no ${unknown.join(", ")}. There are:\n${known}`);
    return false;
  }
  const rows: string[][] = [];
  let allHold = true;
  for (const { name, about, run } of scenarios) {
    if (named.length > 0 && !named.includes(name)) continue;
    console.log(`\n── ${name}: ${about}`);
    const startedAt = performance.now();
    const figures = await run(context).catch((error: unknown): Figure[] => [
      { what: `failed: ${String(error)}`, measured: "", bound: "no error", holds: false },
    ]);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    const cells = figures.map((figure) => [
      figure.holds ? "ok" : "SHORT",
      figure.what,
      String(figure.measured),
      figure.bound,
    ]);
    console.log(`${table(cells)}\n(${seconds} s)`);
    rows.push(...cells.map(([sign = "", ...rest]) => [sign, name, ...rest]));
    allHold &&= figures.every((figure) => figure.holds);
  }
  console.log(`\n${table([["", "scenario", "figure", "measured", "bound"], ...rows])}`);
  return allHold;
}
