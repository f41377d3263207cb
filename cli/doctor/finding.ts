/** The findings of the doctor. */

/** A `note` is for information; only a `problem` makes the command fail. */
export type Verdict = "ok" | "note" | "problem";

export interface Finding {
  /** The name of the check. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly says: string;
  /** How to fix it. */
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
