/** One call for each of several items, a few at a time. */
import { explain } from "../logic/advice.ts";
import { CallError } from "../logic/api.ts";
import { count } from "../logic/format.ts";

export interface BulkOutcome {
  /** Number of calls that succeeded. */
  readonly done: number;
  /** Number of items that were asked for. */
  readonly of: number;
  /** Why calls failed, each reason once. */
  readonly reasons: readonly string[];
}

const parallel = 3;
/** After one of these, every further call would get the same response. */
const endsAll = new Set([
  "queue_full",
  "quota_exceeded",
  "unauthenticated",
  "forbidden",
  "unreachable",
  "unavailable",
]);

export async function forEach<Item>(
  items: readonly Item[],
  call: (item: Item) => Promise<unknown>,
): Promise<BulkOutcome> {
  const reasons = new Set<string>();
  const waiting = [...items];
  let done = 0;
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await call(item);
        done += 1;
      } catch (error) {
        reasons.add(explain(error));
        if (error instanceof CallError && endsAll.has(error.code)) waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { done, of: items.length, reasons: [...reasons] };
}

/** `7 of 10 jobs retried. The queue is full …`; only the count if every call succeeded. */
export function outcomeText({ done, of, reasons }: BulkOutcome, one: string, did: string): string {
  const said = done === of ? `${count(done, one)} ${did}.` : `${done} of ${count(of, one)} ${did}.`;
  return [said, ...reasons].join(" ");
}
