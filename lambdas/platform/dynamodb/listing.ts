/** Pages of a listing, filled although a filter skips items. */
import type { Item, Query, Table } from "./table.ts";

/**
 * Maximum number of queries for one page. A filter that matches few items could read a whole
 * partition in one request. After this many queries (of 1 MB each), the page is returned as it is,
 * with a cursor to continue.
 */
const maxQueries = 20;

export interface Listed {
  readonly items: readonly Item[];
  /** The last item read, if more may follow. */
  readonly resumeAfter: Item | undefined;
}

export async function listPage(
  table: Table,
  query: Query,
  limit: number,
  keep: (item: Item) => boolean,
): Promise<Listed> {
  const items: Item[] = [];
  let after = query.after;
  for (let queries = 0; queries < maxQueries; queries++) {
    const page = await table.query({
      ...query,
      ...(after === undefined ? {} : { after }),
      // One more item than requested shows whether there is another page.
      ...(query.filter === undefined ? { pageItems: limit + 1 } : {}),
    });
    items.push(...page.items.filter(keep));
    if (items.length > limit) {
      return { items: items.slice(0, limit), resumeAfter: items[limit - 1] };
    }
    after = page.last;
    if (after === undefined) return { items, resumeAfter: undefined };
  }
  return { items, resumeAfter: after };
}
