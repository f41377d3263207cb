/** What a piece of work asked of S3, summed. */
import type { AskedRequest } from "./counting-s3.ts";

export interface Requests {
  readonly reads: number;
  readonly writes: number;
  readonly megabytesRead: number;
  /**
   * Requests that had to follow one another, at least: each waited for S3 once more. The most
   * requests of which no two were in flight at once.
   */
  readonly inSequence: number;
}

export function summed(asked: readonly AskedRequest[]): Requests {
  const writes = asked.filter(({ kind }) => kind === "write").length;
  const bytes = asked.reduce((sum, request) => sum + request.bytes, 0);
  let [inSequence, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { fromMs, toMs } of asked.toSorted((a, b) => a.toMs - b.toMs)) {
    if (fromMs < until) continue;
    inSequence += 1;
    until = toMs;
  }
  return { reads: asked.length - writes, writes, megabytesRead: bytes / 1e6, inSequence };
}

/** One line for each request, in order of time, with what each was for. */
export function listed(asked: readonly AskedRequest[]): string {
  const [first] = asked;
  return asked
    .map(({ key, range, fromMs, toMs, bytes }) => {
      const at = [fromMs, toMs].map((ms) => (ms - (first?.fromMs ?? 0)).toFixed(0)).join("-");
      return `${at} ms  ${key.split("/").slice(2).join("/")}  ${range}  ${bytes}`;
    })
    .join("\n");
}
