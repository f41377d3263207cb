/** Pages of a listing: filled although a filter leaves items out. */
import type { Item, Query, Table } from "./table.ts";

/**
 * Queries for one page. A filter that hardly anything meets would read a whole
 * partition in one request; after these many (of 1 MB each) the page is given
 * as it is, with a cursor to go on.
 */
const maxQueries = 20;

export interface Listed {
  readonly items: readonly Item[];
  /** The last item looked at, if there may be more after it. */
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
      // One more than asked tells whether there is a next page.
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
