import type { SourcePlaces } from "../records/jobs/source-places.ts";

/** Where a passage stands in the file that was sent, as clients see it. */
export function viewPlaces({ pages, slide, record, sheet, chapter }: SourcePlaces = {}) {
  return {
    ...(pages && { pages: [...pages] as [number, number] }),
    ...(slide && { slide: [...slide] as [number, number] }),
    ...(record && { record: [...record] as [number, number] }),
    ...(sheet && { sheet: [...sheet] as [string, string] }),
    ...(chapter && { chapter: [...chapter] as [string, string] }),
  };
}
