import { beforeEach, describe, expect, test } from "vitest";
import { textDays } from "../../../../lambdas/contract/retention.ts";
import { erase } from "../../../../lambdas/pipeline/erase/erase.ts";
import { sha256 } from "../../../../lambdas/platform/sha256.ts";
import { answerKey } from "../../../../lambdas/records/answers/answer-key.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import { createWorld, type World } from "../../../support/fakes/world.ts";
import { chunkingOf, extractionOf, jobIdOf, submissionOf } from "../../../support/submissions.ts";

const models = {
  llm: { provider: "local", model: "words", recipe: "1" },
  embeddings: { provider: "local", model: "vectors", recipe: "1" },
};
const minuteMs = 60_000;
const noSchema = sha256("null");
let world: World;

const keysOf = (text: string) => [
  answerKey("acme", "metadata", models.llm, noSchema, text),
  answerKey("acme", "embeddings", models.embeddings, "", text),
];
const run = () => erase(world.clock.now() + minuteMs, world, models);
const removal = (version: number) =>
  world.erasures.ask({
    tenant: "acme",
    documentId: "doc",
    version,
    askedAtMs: world.clock.now(),
  });

/** A job that stored a version of the document, whose chunks have these texts. */
async function storedJob(
  number: number,
  texts: readonly string[],
  { ended = true, documentId = "doc", documentVersion = number, jobId = jobIdOf(number) } = {},
): Promise<string> {
  const submission = submissionOf({ jobId, documentId, documentVersion });
  const attempt = { jobId: submission.jobId, attempt: 1 };
  const keys = objectKeys(submission.jobId);
  const at = submission.submittedAt;
  await world.jobs.create(submission);
  await world.jobs.start(attempt, { startedAt: at, deadlineAt: "2027-01-01T00:00:00.000Z" });
  await world.jobs.recordExtraction(attempt, extractionOf(), "print");
  await world.jobs.recordChunking(attempt, chunkingOf(texts.length));
  const chunks = texts.map((text, index) => ({
    index,
    start: 0,
    end: text.length,
    text,
    tokens: 1,
    headings: [],
  }));
  await world.objects.put(keys.text, texts.join(" "));
  await world.objects.put(keys.chunks(0), JSON.stringify(chunks));
  for (const key of texts.flatMap(keysOf)) await world.answers.write(key, Buffer.from("answer"));
  if (!ended) return submission.jobId;
  await world.jobs.finish(attempt, {
    status: "cancelled",
    cancelRequestedAt: at,
    cancelledAt: at,
  } as never);
  await world.jobs.markAnnounced(attempt);
  return submission.jobId;
}

describe("erasing a removed document", () => {
  beforeEach(() => {
    world = createWorld();
  });

  test("deletes its jobs, their texts and batches, and the answers about its chunks", async () => {
    const jobs = [await storedJob(1, ["one", "two"]), await storedJob(2, ["two", "three"])];
    await removal(3);
    await run();
    for (const jobId of jobs) expect(await world.jobs.read(jobId)).toBeUndefined();
    expect(world.objects.keys("jobs/")).toEqual([]);
    const answers = await world.answers.readMany(["one", "two", "three"].flatMap(keysOf));
    expect([...answers]).toEqual([]);
  });

  test("deletes the answer about the document as a whole", async () => {
    await storedJob(1, ["one", "two"]);
    const whole = answerKey("acme", "metadata", models.llm, noSchema, "one\n\ntwo");
    await world.answers.write(whole, Buffer.from("answer"));
    await removal(2);
    await run();
    expect([...(await world.answers.readMany([whole]))]).toEqual([]);
  });

  test("leaves a document that was sent again after the removal", async () => {
    await storedJob(1, ["old"]);
    await removal(2);
    const later = await storedJob(3, ["new"]);
    await run();
    expect(await world.jobs.read(later)).toBeDefined();
    expect((await world.answers.readMany(keysOf("new"))).size).toBe(2);
    expect(world.objects.keys(`jobs/${jobIdOf(1)}`)).toEqual([]);
  });

  test("waits for a job that still runs, and erases what it leaves", async () => {
    const jobId = await storedJob(1, ["late"], { ended: false });
    await removal(2);
    await world.clock.advance(10 * minuteMs);
    expect(await run()).toEqual({ erased: 0, pending: 1 });
    expect(await world.jobs.read(jobId)).toBeDefined();
  });

  test("looks again after the listing had time to show every job, and then no more", async () => {
    await storedJob(1, ["one"]);
    await removal(2);
    expect(await run()).toEqual({ erased: 0, pending: 1 });
    await world.clock.advance(6 * minuteMs);
    expect(await run()).toEqual({ erased: 1, pending: 0 });
    expect(await run()).toEqual({ erased: 0, pending: 0 });
  });

  test("stops when its time is over, and the next run goes on", async () => {
    await storedJob(1, ["one"]);
    await removal(2);
    expect(await erase(world.clock.now(), world, models)).toEqual({ erased: 0, pending: 1 });
    await run();
    expect(world.objects.keys("jobs/")).toEqual([]);
  });

  test("goes through all that were removed at once, and lists the tenant's jobs for all of them", async () => {
    const ids = Array.from({ length: 250 }, (_, i) => `doc-${i}`);
    for (const [i, documentId] of ids.entries()) {
      await storedJob(i + 1, [`text ${i}`], { documentId, documentVersion: 1 });
      await world.erasures.ask({ tenant: "acme", documentId, version: 2, askedAtMs: 0 });
    }
    let listings = 0;
    const list = world.jobs.list.bind(world.jobs);
    world.jobs.list = (query) => {
      if (query.cursor === undefined) listings += 1;
      return list(query);
    };
    expect(await run()).toEqual({ erased: 250, pending: 0 });
    expect(world.objects.keys("jobs/")).toEqual([]);
    expect(listings).toBe(3);
  });

  test("is not held up by one that cannot be erased, and says that there is one", async () => {
    const broken = await storedJob(1, ["broken"], { documentId: "a", documentVersion: 1 });
    await world.objects.put(objectKeys(broken).chunks(0), "no chunks");
    await storedJob(2, ["fine"], { documentId: "b", documentVersion: 1 });
    for (const documentId of ["a", "b"]) {
      await world.erasures.ask({ tenant: "acme", documentId, version: 2, askedAtMs: 0 });
    }
    await expect(run()).rejects.toThrow(/could not be erased: 1\./);
    expect(world.objects.keys(`jobs/${jobIdOf(2)}`)).toEqual([]);
    expect((await world.erasures.pending(10)).map(({ documentId }) => documentId)).toEqual(["a"]);
  });

  test("finds texts of versions that ended long ago, for as long as the bucket keeps them", async () => {
    const jobId = world.chance.jobId();
    await storedJob(1, ["old words"], { jobId });
    world.clock.skip((textDays - 1) * 24 * 60 * minuteMs);
    await removal(2);
    await run();
    expect(world.objects.keys("jobs/")).toEqual([]);
  });
});
