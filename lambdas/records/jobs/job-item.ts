/** A job as an item, and back, exactly. */

import { jobKey, type Key, tenantPk } from "../../platform/dynamodb/item-keys.ts";
import type { Item } from "../../platform/dynamodb/table.ts";
import type { Job, Submission } from "./job.ts";

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
    ...fields,
    attributes: JSON.stringify(attributes),
    options: JSON.stringify(options),
    status: "queued",
    attempt: 1,
    publishing: false,
    announced: false,
    version: 1,
  };
}

/**
 * Every update keeps exactly the fields of the job's state (see
 * `DynamoJobStore`), so an item without its keys is a job.
 */
export function jobOf(item: Item): Job {
  const { pk: _pk, sk: _sk, tenantPk: _tenantPk, expiresAt: _expiresAt, ...fields } = item;
  return {
    ...fields,
    attributes: JSON.parse(String(fields["attributes"])) as Job["attributes"],
    options: JSON.parse(String(fields["options"])) as Job["options"],
    metadataDone: fields["metadataDone"] ?? new Set<number>(),
    embeddingsDone: fields["embeddingsDone"] ?? new Set<number>(),
  } as Job;
}
