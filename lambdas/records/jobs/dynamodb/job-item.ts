/** A job as an item, and back, exactly. */

import { jobKey, type Key, tenantPk } from "../../../platform/dynamodb/item-keys.ts";
import { readItem, schemaVersionOf } from "../../../platform/dynamodb/stored-item.ts";
import type { Item } from "../../../platform/dynamodb/table.ts";
import type { Job, Submission } from "../job.ts";
import { jobFormat } from "./job-format.ts";

/**
 * Attributes and options are kept as JSON: they are the caller's, and a JSON
 * number may be one that DynamoDB refuses (1e300). DynamoDB has no empty sets,
 * so those of batches begin with the first batch.
 */
export function newJobItem(submission: Submission): Item & Key {
  const { attributes, options, ...fields } = submission;
  return {
    ...jobKey(submission.jobId),
    tenantPk: tenantPk(submission.tenant),
    schemaVersion: schemaVersionOf(jobFormat),
    ...fields,
    attributes: JSON.stringify(attributes),
    options: JSON.stringify(options),
    fingerprint: "",
    status: "queued",
    attempt: 1,
    publishing: false,
    announced: false,
    version: 1,
  };
}

/** @throws StoredItemError that names the job and the field */
export function jobOf(item: Item): Job {
  return readItem(`Job ${String(item["jobId"] ?? item["pk"])}`, item, jobFormat);
}
