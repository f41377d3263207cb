import { describe, expect, test } from "vitest";
import { InvalidCursorError } from "../../../lambdas/platform/dynamodb/cursor.ts";
import type { JobQuery, JobStore } from "../../../lambdas/records/jobs/job-store.ts";
import { StillClock } from "../../support/fakes/clock.ts";
import { jobIdOf, submissionOf } from "../../support/submissions.ts";
import { failed } from "./job-store.contract.ts";

const count = 23;
const numbers = [...Array(count).keys()];

/** 23 jobs of one tenant: every third failed, every fifth of document `b`; and one of another tenant. */
async function filled(store: JobStore): Promise<void> {
  await store.create(submissionOf({ jobId: jobIdOf(99), tenant: "acme2" }));
  for (const number of numbers) {
    const documentId = number % 5 === 0 ? "b" : "a";
    await store.create(submissionOf({ jobId: jobIdOf(number), documentId }));
    if (number % 3 === 0) await store.finish({ jobId: jobIdOf(number), attempt: 1 }, failed);
  }
}

/** All ids over all pages, and how long each page was. */
async function pagesOf(store: JobStore, query: JobQuery) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...page.jobs.map(({ jobId }) => jobId));
    sizes.push(page.jobs.length);
    cursor = page.nextCursor;
  } while (cursor !== undefined && sizes.length < 100);
  return { ids, sizes };
}

/** `open` answers a maker of instances that share one new store. */
export function jobListingContract(
  name: string,
  open: (clock: StillClock) => Promise<() => JobStore>,
): void {
  describe(`listing jobs: ${name}`, () => {
    let opened: Promise<JobStore> | undefined;
    const listed = () =>
      (opened ??= open(new StillClock()).then(async (instance) => {
        await filled(instance());
        return instance();
      }));
    const newestFirst = (keep: (number: number) => boolean) =>
      numbers.filter(keep).map(jobIdOf).toReversed();

    test.each([1, 7, 22, 23, 24, 100])(
      "pages of %i hold every job once, newest first",
      async (limit) => {
        const { ids, sizes } = await pagesOf(await listed(), { tenant: "acme", limit });
        expect(ids).toEqual(newestFirst(() => true));
        expect(sizes).toHaveLength(Math.ceil(count / limit));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
      },
    );

    test.each([1, 2, 8, 50])("filters leave no gaps in pages of %i", async (limit) => {
      const store = await listed();
      const tenant = "acme";
      const isFailed = await pagesOf(store, { tenant, limit, status: "failed" });
      expect(isFailed.ids).toEqual(newestFirst((number) => number % 3 === 0));
      expect(isFailed.sizes.slice(0, -1).every((size) => size === limit)).toBe(true);
      const ofB = await pagesOf(store, { tenant, limit, documentId: "b" });
      expect(ofB.ids).toEqual(newestFirst((number) => number % 5 === 0));
      const both = await pagesOf(store, { tenant, limit, status: "failed", documentId: "b" });
      expect(both.ids).toEqual(newestFirst((number) => number % 15 === 0));
      const none = await pagesOf(store, { tenant, limit, status: "completed" });
      expect(none).toEqual({ ids: [], sizes: [0] });
    });

    test("a listed job is the job that is read", async () => {
      const store = await listed();
      const { jobs } = await store.list({ tenant: "acme", limit: 100 });
      for (const job of jobs) expect(job).toEqual(await store.read(job.jobId));
    });

    test("another tenant's jobs are not among them, nor is its cursor of any use", async () => {
      const store = await listed();
      const theirs = await store.list({ tenant: "acme2", limit: 5 });
      expect(theirs.jobs.map(({ jobId }) => jobId)).toEqual([jobIdOf(99)]);
      const { nextCursor } = await store.list({ tenant: "acme", limit: 1 });
      expect(nextCursor).toBeDefined();
      for (const cursor of [nextCursor ?? "", "", "nonsense", "%%%", `x${nextCursor}`]) {
        const tenant = cursor === nextCursor ? "acme2" : "acme";
        await expect(store.list({ tenant, limit: 1, cursor })).rejects.toThrow(InvalidCursorError);
      }
    });
  });
}
