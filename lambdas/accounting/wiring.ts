/** The metrics and tallies of functions on AWS. */

import { dynamoDb, dynamoDbOnce } from "../platform/clients.ts";
import { deployment } from "../platform/deployment.ts";
import { log } from "../platform/log.ts";
import { systemChance } from "../platform/system-clock.ts";
import { EmbeddedMetrics } from "./cloudwatch-embedded-metrics.ts";
import { DynamoLedger } from "./dynamodb-ledger.ts";
import { DynamoTallyStore } from "./dynamodb-tally-store.ts";

const { resource } = deployment;
const table = () => resource("TABLE_NAME");
export const ledger = () => new DynamoLedger(dynamoDb(), table());
export const metrics = () => new EmbeddedMetrics(resource("STACK_NAME"));
export const tallies = () =>
  new DynamoTallyStore(dynamoDbOnce(), table(), systemChance, (lost, error) =>
    log.warn("not counted", { lost, error: error as Error }),
  );
