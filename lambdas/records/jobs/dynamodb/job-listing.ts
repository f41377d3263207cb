import { cursorAfter, readCursor } from "../../../platform/dynamodb/cursor.ts";
import { hasExpired } from "../../../platform/dynamodb/expiry.ts";
import { jobKey, tenantIndex, tenantPk } from "../../../platform/dynamodb/item-keys.ts";
import { listPage } from "../../../platform/dynamodb/listing.ts";
import type { Condition, Table } from "../../../platform/dynamodb/table.ts";
import type { JobPage, JobQuery } from "../job-store.ts";
import { jobOf } from "./job-item.ts";

const listing = "jobs";

/** A tenant's jobs, newest first: ULIDs rise with time. */
export async function listJobs(table: Table, query: JobQuery, nowMs: number): Promise<JobPage> {
  const { tenant, limit, cursor } = query;
  const filter = filterOf(query);
  const { items, resumeAfter } = await listPage(
    table,
    {
      index: tenantIndex,
      key: { expression: "#tenantPk = :tenantPk", values: { tenantPk: tenantPk(tenant) } },
      newestFirst: true,
      ...(filter === undefined ? {} : { filter }),
      ...(cursor === undefined ? {} : { after: indexKey(tenant, cursor) }),
    },
    limit,
    (item) => !hasExpired(item, nowMs),
  );
  const jobs = items.map(jobOf);
  return resumeAfter === undefined
    ? { jobs }
    : { jobs, nextCursor: cursorAfter(tenant, listing, String(resumeAfter["jobId"])) };
}

/** A place in the index; the tenant comes from the caller, never from the cursor. */
function indexKey(tenant: string, cursor: string) {
  const jobId = readCursor(tenant, listing, cursor);
  return { ...jobKey(jobId), tenantPk: tenantPk(tenant), jobId };
}

function filterOf({ status, documentId }: JobQuery): Condition | undefined {
  const asked = Object.entries({ status, documentId }).filter(([, value]) => value !== undefined);
  if (asked.length === 0) return undefined;
  return {
    expression: asked.map(([field]) => `#${field} = :${field}`).join(" AND "),
    values: Object.fromEntries(asked),
  };
}
