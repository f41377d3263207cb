import { isoTime } from "../../platform/clock.ts";
import type { Source } from "../source.ts";
import { whyOf } from "../why.ts";
import { type Reconciled, type ReconcilePorts, reconcile } from "./reconcile.ts";

/** For the page that is under way when the time is over. */
const reserveMs = 60_000;

/** One source after the other. One whose bucket cannot be read does not keep the others from it. */
export async function reconcileAll(
  sources: readonly Source[],
  { holder, deadlineMs }: { readonly holder: string; readonly deadlineMs: number },
  ports: ReconcilePorts,
): Promise<ReadonlyMap<string, Reconciled | "failed">> {
  const untilMs = deadlineMs - reserveMs;
  const outcomes = new Map<string, Reconciled | "failed">();
  for (const source of sources) {
    if (ports.clock.now() >= untilMs) break;
    outcomes.set(source.name, await reconcileOne(source, { holder, untilMs }, ports));
  }
  return outcomes;
}

async function reconcileOne(
  source: Source,
  run: { readonly holder: string; readonly untilMs: number },
  ports: ReconcilePorts,
): Promise<Reconciled | "failed"> {
  const { sources, clock } = ports;
  try {
    const outcome = await reconcile(source, run, ports);
    if (outcome === "done") await sources.noteProblem(source.name, undefined);
    return outcome;
  } catch (error) {
    const message = `The bucket ${source.bucket} could not be compared: ${whyOf(error, 400)}`;
    await sources.noteProblem(source.name, { at: isoTime(clock), message });
    return "failed";
  }
}
