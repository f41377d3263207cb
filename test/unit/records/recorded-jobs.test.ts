import { unmarshall } from "@aws-sdk/util-dynamodb";
import { expect, test } from "vitest";
import { jobOf } from "../../../lambdas/records/jobs/dynamodb/job-item.ts";
import type { Job } from "../../../lambdas/records/jobs/job.ts";
import { recorded } from "../../support/recorded.ts";

/** JSON has no sets. */
type RecordedJob = Job & Readonly<Record<"metadataDone" | "embeddingsDone", readonly number[]>>;

test.each(recorded<RecordedJob>("jobs"))(
  "a recorded job is read as before: $name",
  ({ item, read }) => {
    expect(jobOf(unmarshall(item))).toEqual({
      ...read,
      // Their text was read when they were submitted.
      extraction: { contentType: read.contentType, unreadablePages: [] },
      metadataDone: new Set(read.metadataDone),
      embeddingsDone: new Set(read.embeddingsDone),
    });
  },
);
