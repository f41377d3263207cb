import { openingOf } from "../records/jobs/chunk.ts";

/** What a reader needs above a chunk that begins inside a table or a code block. */
export function viewOpening(before: string | undefined): { context?: string } {
  const context = before === undefined ? undefined : openingOf(before);
  return context === undefined ? {} : { context };
}
