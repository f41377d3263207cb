/** A job's usage: an item an invocation, so that no two writers meet and a repeat changes nothing. */

import { addUsage, noUsage, type Usage } from "../../../accounting/usage.ts";
import { retentionDays } from "../../../contract/retention.ts";
import { expiryAfter } from "../../../platform/dynamodb/expiry.ts";
import { jobKey, usageKey, usagePrefix } from "../../../platform/dynamodb/item-keys.ts";
import type { Item, Table } from "../../../platform/dynamodb/table.ts";
import type { Attempt } from "../attempt.ts";

export async function putUsage(
  table: Table,
  { jobId, attempt }: Attempt,
  invocation: string,
  usage: Partial<Usage>,
  nowMs: number,
): Promise<void> {
  await table.put(
    {
      ...usageKey(jobId, attempt, invocation),
      ...usage,
      // A job may be retried on its last day, and then be kept as long again.
      expiresAt: expiryAfter(nowMs, 2 * retentionDays),
    },
    { expression: "attribute_not_exists(#pk)" },
  );
}

export async function sumUsage(table: Table, jobId: string, attempt?: number): Promise<Usage> {
  const prefix = attempt === undefined ? usagePrefix : usageKey(jobId, attempt, "").sk;
  let sum = noUsage;
  let after: Item | undefined;
  do {
    const page = await table.query({
      key: {
        expression: "#pk = :pk AND begins_with(#sk, :prefix)",
        values: { pk: jobKey(jobId).pk, prefix },
      },
      ...(after === undefined ? {} : { after }),
    });
    for (const item of page.items) sum = addUsage(sum, item);
    after = page.last;
  } while (after !== undefined);
  return sum;
}
