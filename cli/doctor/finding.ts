/** What the doctor finds. */

/** `note` is for a person to judge; only a `problem` makes the examination fail. */
export type Verdict = "ok" | "note" | "problem";

export interface Finding {
  /** What was looked at. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly says: string;
  /** What to do about it. */
  readonly fix?: string;
}

export function ok(check: string, says: string): Finding {
  return { check, verdict: "ok", says };
}

export function note(check: string, says: string, fix?: string): Finding {
  return { check, verdict: "note", says, ...(fix === undefined ? {} : { fix }) };
}

export function problem(check: string, says: string, fix: string): Finding {
  return { check, verdict: "problem", says, fix };
}
