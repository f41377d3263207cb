import { beforeEach, describe, expect, test } from "vitest";
import { batchItemSchema } from "../../../lambdas/contract/calls/ingest.ts";
import { RequestRefusedError } from "../../../lambdas/contract/refusals.ts";
import { type BatchInput, submitBatch } from "../../../lambdas/intake/batch.ts";
import { portsOf } from "../../support/fakes/world.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";

let pipeline: Pipeline;
beforeEach(() => {
  pipeline = createPipeline({ maxQueued: 5, maxActive: 1 });
});

const item = (given: object = {}) => batchItemSchema.parse({ text: "A short text.", ...given });
const items = (count: number) => Array.from({ length: count }, () => item());
const batch = (input: Partial<BatchInput>, ports = pipeline.world) =>
  submitBatch({ tenant: "acme", items: [], ...input }, ports, pipeline.settings);
const codeOf = (answer: unknown) =>
  answer instanceof RequestRefusedError ? answer.code : "accepted";
const jobIdOf = (answer: unknown) => (answer as { job_id: string }).job_id;

describe("a batch", () => {
  test("larger than the room in the queue fills it, and refuses the rest one by one", async () => {
    const answers = await batch({ items: items(12) });
    const codes = answers.map(codeOf);
    expect(codes.filter((code) => code === "accepted")).toHaveLength(6);
    expect(codes.filter((code) => code === "queue_full")).toHaveLength(6);
    const refused = answers.filter((answer) => answer instanceof RequestRefusedError);
    expect(refused.map((answer) => answer.retryAfterSeconds)).toEqual(Array(6).fill(10));
    expect((await pipeline.held()).admitted).toHaveLength(6);
    expect(pipeline.world.objects.keys()).toHaveLength(6);
  });

  test("with an item that is wrong accepts the others, and answers in their order", async () => {
    const wrong = new RequestRefusedError("invalid_request", "Wrong.");
    const answers = await batch({ items: [item(), wrong, item({ text: " " }), item()] });
    expect(answers.map(codeOf)).toEqual([
      "accepted",
      "invalid_request",
      "empty_document",
      "accepted",
    ]);
  });

  test("stores several items of one document as its versions, in their order", async () => {
    const versions = ["a", "b", "c", "d", "e", "f"].map((title) =>
      item({ document_id: "report", title }),
    );
    const answers = await batch({ items: versions });
    const jobs = await Promise.all(
      answers.map((answer) => pipeline.world.jobs.read(jobIdOf(answer))),
    );
    expect(jobs.map((job) => [job?.documentVersion, job?.title])).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
      [4, "d"],
      [5, "e"],
      [6, "f"],
    ]);
  });

  test("begins no submission for which the request has no time left", async () => {
    const ports = portsOf(pipeline.world, ({ port, method, phase }) =>
      port === "jobs" && method === "create" && phase === "after"
        ? pipeline.world.clock.advance(21_000)
        : undefined,
    );
    const answers = await batch(
      { items: ["a", "a", "a"].map((document_id) => item({ document_id })) },
      ports,
    );
    expect(answers.map(codeOf)).toEqual(["accepted", "unavailable", "unavailable"]);
  });
});

describe("a repeated batch", () => {
  test("under one key answers what was accepted, and tries again what was refused", async () => {
    const request = { items: items(8), idempotencyKey: "import-7" };
    const first = await batch(request);
    const done = first.filter((answer) => codeOf(answer) === "accepted").map(jobIdOf);
    expect(done).toHaveLength(6);
    for (const jobId of done.slice(0, 3)) {
      await pipeline.world.gate.release(`${jobId}-1`, { tenant: "acme" });
    }
    const second = await batch(request);
    expect(second.map(codeOf)).toEqual(Array(8).fill("accepted"));
    expect(second.map(jobIdOf)).toEqual(expect.arrayContaining(done));
    expect((await pipeline.world.jobs.list({ tenant: "acme", limit: 50 })).jobs).toHaveLength(8);
  });

  test("with another document in an item's place refuses that item alone", async () => {
    await batch({ items: items(2), idempotencyKey: "import-7" });
    const answers = await batch({
      items: [item(), item({ text: "Another text." })],
      idempotencyKey: "import-7",
    });
    expect(answers.map(codeOf)).toEqual(["accepted", "idempotency_mismatch"]);
  });

  test("goes by an item's own key wherever the item stands", async () => {
    const own = item({ idempotency_key: "row-1" });
    const [first] = await batch({ items: [own], idempotencyKey: "import-7" });
    const [, moved] = await batch({ items: [item(), own], idempotencyKey: "import-8" });
    expect(moved).toEqual(first);
  });
});
