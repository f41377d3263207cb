import { beforeEach, describe, expect, test } from "vitest";
import type { RequestRefusedError } from "../../../lambdas/contract/refusals.ts";
import { objectKeys } from "../../../lambdas/records/objects/object-keys.ts";
import { expectAtEachCall } from "../../support/crashes.ts";
import type { OnCall } from "../../support/fakes/models/calls.ts";
import { portsOf } from "../../support/fakes/world.ts";
import { createPipeline, type Pipeline, requestOf } from "../../support/pipeline.ts";

const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: RequestRefusedError) => error,
  );

describe("submit", () => {
  let pipeline: Pipeline;

  beforeEach(() => {
    pipeline = createPipeline();
  });

  test("answers a queued job at once, and has kept all that it needs", async () => {
    const { world, submit } = pipeline;
    const text = "# Grüße\n\n東京 😀";
    const request = requestOf({
      text,
      document_id: "report",
      title: "Report",
      content_type: "text/markdown",
      attributes: { year: 2024 },
    });
    const answer = await submit({ request });
    expect(answer).toEqual({
      job_id: answer.job_id,
      document_id: "report",
      document_version: 1,
      status: "queued",
      status_url: `/v1/jobs/${answer.job_id}`,
      queue_position: 1,
      estimated_wait_seconds: 10,
    });
    expect(await world.jobs.read(answer.job_id)).toMatchObject({
      tenant: "acme",
      documentId: "report",
      title: "Report",
      contentType: "text/markdown",
      attributes: { year: 2024 },
      sizeBytes: Buffer.byteLength(text),
      submittedAt: "2026-01-01T00:00:00.000Z",
      status: "queued",
    });
    const bytes = await world.objects.get(objectKeys(answer.job_id).original);
    expect(Buffer.from(bytes).toString("utf8")).toBe(text);
    expect(world.queue.messages).toEqual([`${answer.job_id}-1`]);
  });

  test("counts versions of a document, and names one that has no id", async () => {
    const request = requestOf({ document_id: "report" });
    const versions: number[] = [];
    while (versions.length < 3)
      versions.push((await pipeline.submit({ request })).document_version);
    expect(versions).toEqual([1, 2, 3]);
    const unnamed = await pipeline.submit();
    expect(unnamed.document_id).toBe(`doc-${unnamed.job_id.toLowerCase()}`);
    expect((await pipeline.submit({ tenant: "globex", request })).document_version).toBe(1);
  });

  test("tells the place in the queue", async () => {
    const positions: number[] = [];
    while (positions.length < 3) positions.push((await pipeline.submit()).queue_position);
    expect(positions).toEqual([1, 2, 3]);
  });

  test("of 250 at once admits 110; the others are refused and leave nothing", async () => {
    const { world, submit } = pipeline;
    const answers = await Promise.all(
      [...Array(250).keys()].map(() => submit().catch((error: RequestRefusedError) => error)),
    );
    const refused = answers.filter((answer) => answer instanceof Error);
    expect(refused).toHaveLength(140);
    for (const { message, code, details, retryAfterSeconds } of refused) {
      expect({ message, code, retryAfterSeconds }).toEqual({
        message: "Queue full",
        code: "queue_full",
        retryAfterSeconds: 10,
      });
      expect(details).toMatchObject({ queue_size: 110, retry_after_seconds: 10 });
      expect(details["job_id"]).toMatch(/^[0-9A-Z]{26}$/);
    }
    expect(world.objects.keys()).toHaveLength(110);
    expect((await world.jobs.list({ tenant: "acme", limit: 300 })).jobs).toHaveLength(110);
    expect((await pipeline.held()).admitted).toHaveLength(110);
  });

  test("of a tenant that fills the queue leaves room for another by a bound", async () => {
    const bound = createPipeline({ maxQueued: 9, maxActive: 2, tenantMaxQueued: 5 });
    const of = (tenant: string) => bound.submit({ tenant });
    for (let i = 0; i < 7; i++) await of("acme");
    expect(await refusalOf(of("acme"))).toMatchObject({
      message:
        "Your tenant has 7 unfinished jobs and may not have more. Nothing was stored. Send the request again in 10 seconds.",
      details: { queue_size: 7, scope: "tenant", retry_after_seconds: 10 },
    });
    expect((await bound.held()).admitted).toHaveLength(7);
    expect(await of("globex")).toMatchObject({ queue_position: 2, estimated_wait_seconds: 20 });
  });

  test("writes nothing but a tally when the gate is full already", async () => {
    const full = createPipeline({ maxQueued: 1, maxActive: 1 });
    await full.submitMany(2);
    const calls: string[] = [];
    const ports = portsOf(full.world, ({ port, method }) => void calls.push(`${port}.${method}`));
    expect(await refusalOf(full.submit({}, ports))).toMatchObject({ code: "queue_full" });
    expect(new Set(calls)).toEqual(new Set(["gate.read", "tallies.add"]));
  });

  test("that fails anywhere before the job stands leaves neither object nor slot", async () => {
    const places = await expectAtEachCall("fault", {
      arrange: async () => createPipeline(),
      worldOf: ({ world }) => world,
      act: ({ submit }, ports) => submit({}, ports),
      async check({ world, held }, { answer, error }) {
        const { jobs } = await world.jobs.list({ tenant: "acme", limit: 10 });
        const accepted = jobs.map(({ jobId }) => jobId);
        const admitted = (await held()).admitted;
        // An answer that got lost on the way is the sweep's to find; a call that failed is undone at once.
        expect(world.objects.keys()).toEqual(accepted.map((id) => objectKeys(id).original));
        expect(answer === undefined).toBe(error !== undefined);
        expect(admitted.length).toBeGreaterThanOrEqual(accepted.length);
      },
    });
    expect(places).toContain("objects.put before");
  });

  test.each(["documents.nextVersion", "objects.put", "jobs.create"])(
    "that fails at %s is answered unavailable, and is undone",
    async (broken) => {
      const onCall: OnCall = ({ port, method, phase }) => {
        if (phase === "before" && `${port}.${method}` === broken) throw new Error("down");
      };
      const { world, submit, held } = pipeline;
      expect(await refusalOf(submit({}, portsOf(world, onCall)))).toMatchObject({
        code: "unavailable",
        retryAfterSeconds: 1,
        cause: { message: "down" },
      });
      expect(world.objects.keys()).toEqual([]);
      expect(await held()).toEqual({ admitted: [], active: [] });
    },
  );

  test("whose version fails while its text is still being written leaves no text", async () => {
    const { world, submit } = pipeline;
    const onCall: OnCall = async ({ port, method, phase }) => {
      if (phase !== "before") return;
      if (method === "nextVersion") throw new Error("down");
      if (port === "objects" && method === "put") await world.clock.sleep(1_000);
    };
    const refused = refusalOf(submit({}, portsOf(world, onCall)));
    await world.clock.advance(5_000);
    expect(await refused).toMatchObject({ code: "unavailable" });
    expect(world.objects.keys()).toEqual([]);
  });

  test("whose job stands although the answer was lost is accepted, keeps its slot, and runs", async () => {
    const { world, submit, held } = pipeline;
    const onCall: OnCall = ({ method, phase }) => {
      if (method === "create" && phase === "after") throw new Error("no answer");
    };
    const answer = await submit({}, portsOf(world, onCall));
    expect(await world.jobs.read(answer.job_id)).toMatchObject({ status: "queued" });
    await pipeline.sweep();
    expect((await held()).active).toHaveLength(1);
    expect(world.objects.keys()).toHaveLength(1);
  });

  test("that cannot tell whether the job stands says so, names the job, and leaves it to the sweep", async () => {
    const { world, submit, held } = pipeline;
    const onCall: OnCall = ({ port, method, phase }) => {
      if (method === "create" && phase === "after") throw new Error("no answer");
      if (port === "jobs" && method === "read") throw new Error("down");
    };
    const refused = await refusalOf(submit({}, portsOf(world, onCall)));
    const [job] = (await world.jobs.list({ tenant: "acme", limit: 10 })).jobs;
    expect(refused).toMatchObject({ code: "unavailable", details: { job_id: job?.jobId } });
    expect(refused?.message).toContain(`GET /v1/jobs/${job?.jobId}`);
    expect(refused?.message).not.toContain("Nothing was");
    expect(world.objects.keys()).toHaveLength(1);
    expect((await held()).admitted).toHaveLength(1);
  });

  test("whose place in the queue cannot be told is accepted all the same", async () => {
    const { world, submit } = pipeline;
    let reads = 0;
    const onCall: OnCall = ({ port, method, phase }) => {
      if (port !== "gate" || method !== "read" || phase === "after") return;
      reads += 1;
      if (reads > 1) throw new Error("down");
    };
    const answer = await submit({}, portsOf(world, onCall));
    expect(await world.jobs.read(answer.job_id)).toMatchObject({ status: "queued" });
    expect(reads).toBe(2);
  });

  test("without a wake-up is accepted all the same", async () => {
    const queue = { wake: () => Promise.reject(new Error("SQS is down")) };
    const answer = await pipeline.submit({}, { ...pipeline.world, queue } as never);
    expect(answer.status).toBe("queued");
  });
});
