import type { SourceMark } from "../../records/jobs/source-places.ts";
import type { Extraction } from "./extract.ts";

/** What lies beside the text: from where each part of it comes. */
export interface Places {
  readonly format: string;
  readonly marks: readonly SourceMark[];
  readonly pageCount?: number | undefined;
  readonly unreadablePages: readonly number[];
}

export function encodePlaces({ format, marks, pageCount, unreadablePages }: Extraction): string {
  return JSON.stringify({ format, marks, pageCount, unreadablePages } satisfies Places);
}
