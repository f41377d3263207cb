/** The job store, on its fake and on DynamoDB. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { DynamoJobStore } from "../../../lambdas/records/jobs/dynamodb/dynamodb-job-store.ts";
import type { JobStore } from "../../../lambdas/records/jobs/job-store.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import type { StillClock } from "../../support/fakes/clock.ts";
import { MemoryJobStore } from "../../support/fakes/records/job-store.ts";
import { newTable } from "../../support/table.ts";
import { jobListingContract } from "./job-listing.contract.ts";
import { jobStoreContract } from "./job-store.contract.ts";
import { jobLifeContract } from "./job-store-life.contract.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));

const stores: Record<string, (clock: StillClock) => Promise<() => JobStore>> = {
  "the fake": async (clock) => {
    const store = new MemoryJobStore(clock);
    return () => store;
  },
  DynamoDB: async (clock) => {
    const table = await newTable(client);
    return () => new DynamoJobStore(client, table, clock);
  },
};

for (const [name, open] of Object.entries(stores)) {
  jobStoreContract(name, open);
  jobLifeContract(name, open);
  jobListingContract(name, open);
}
