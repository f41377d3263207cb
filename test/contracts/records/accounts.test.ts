/** Tallies, ledgers and the queue's watch, on their fakes and on DynamoDB. */
import { DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { describe, expect, inject, test } from "vitest";
import { DynamoLedger } from "../../../lambdas/accounting/dynamodb-ledger.ts";
import { DynamoTallyStore } from "../../../lambdas/accounting/dynamodb-tally-store.ts";
import { sample } from "../../../lambdas/contract/calls/metrics.ts";
import { DynamoJobStore } from "../../../lambdas/records/jobs/dynamodb/dynamodb-job-store.ts";
import { DynamoQueueWatch } from "../../../lambdas/scheduling/queue/dynamodb-queue-watch.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { SeededChance } from "../../support/fakes/chance.ts";
import { ManualClock, SkippingClock } from "../../support/fakes/clock.ts";
import { MemoryAccounts, MemoryQueueWatch } from "../../support/fakes/metrics.ts";
import { MemoryJobStore } from "../../support/fakes/records/job-store.ts";
import { jobIdOf, submissionOf } from "../../support/submissions.ts";
import { newTable } from "../../support/table.ts";
import { accountsContract } from "./accounts.contract.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));

accountsContract("the fakes", async () => {
  const accounts = new MemoryAccounts();
  const jobs = new MemoryJobStore(new ManualClock(), accounts);
  const watch = new MemoryQueueWatch();
  return () => ({ jobs, tallies: accounts, ledger: accounts, watch });
});

accountsContract("DynamoDB", async () => {
  const table = await newTable(client);
  const clock = new ManualClock();
  const chance = new SeededChance(clock, 1);
  return () => ({
    jobs: new DynamoJobStore(client, table, clock),
    tallies: new DynamoTallyStore(client, table, chance),
    ledger: new DynamoLedger(client, table),
    watch: new DynamoQueueWatch(client, table),
  });
});

describe("announcements that others disturb (AWS cancels transactions that meet; the emulator never does)", () => {
  const cancelled = (code: string) =>
    new TransactionCanceledException({
      message: "Transaction cancelled",
      $metadata: {},
      CancellationReasons: [{ Code: "None" }, { Code: code }, { Code: "None" }],
    });

  /** A store whose first transactions are cancelled, and an ended job in it. */
  async function disturbed(times: number, code = "TransactionConflict") {
    const table = await newTable(client);
    const clock = new SkippingClock();
    const disturbing = new DynamoDBClient(localClient(inject("endpoint")));
    let left = times;
    disturbing.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === "TransactWriteItemsCommand" && left-- > 0)
          throw cancelled(code);
        return next(args);
      },
      { step: "initialize" },
    );
    const jobs = new DynamoJobStore(disturbing, table, clock);
    const attempt = { jobId: jobIdOf(1), attempt: 1 };
    await jobs.create(submissionOf({ jobId: attempt.jobId }));
    await jobs.finish(attempt, { status: "cancelled", cancelledAt: "2026-11-05T00:00:00.000Z" });
    const announce = () =>
      jobs.markAnnounced(attempt, {
        tallies: { "JobsEnded|outcome=cancelled": 1 },
        tenant: "acme",
        month: "2026-11",
        ledger: { cancelled: 1 },
      });
    const tallies = new DynamoTallyStore(client, table, new SeededChance(clock, 1));
    return { jobs, attempt, announce, tallies };
  }

  test("they are tried again, and count once", async () => {
    const { announce, tallies } = await disturbed(3);
    expect(await announce()).toBe("announced");
    expect(await tallies.read()).toEqual({ "JobsEnded|outcome=cancelled": 1 });
  });

  test("when it goes on, the job stays unannounced and nothing is counted", async () => {
    const { announce, jobs, attempt, tallies } = await disturbed(100);
    await expect(announce()).rejects.toThrow(/could not be counted/);
    expect((await jobs.read(attempt.jobId))?.announced).toBe(false);
    expect(await tallies.read()).toEqual({});
  });

  test("any other reason is an error at once", async () => {
    const { announce } = await disturbed(1, "ValidationError");
    await expect(announce()).rejects.toThrow(TransactionCanceledException);
  });
});

test("a count that cannot be added is told of, and holds nobody up", async () => {
  const lost: unknown[] = [];
  const chance = new SeededChance(new ManualClock(), 1);
  const tallies = new DynamoTallyStore(client, "no-such-table", chance, (what) => lost.push(what));
  await tallies.add([sample("JobsAdmitted", 1)]);
  expect(lost).toEqual([{ JobsAdmitted: 1 }]);
});
