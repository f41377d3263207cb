import { beforeEach, describe, expect, test } from "vitest";
import type { RequestRefusedError } from "../../../lambdas/contract/refusals.ts";
import type { OnCall } from "../../support/fakes/models/calls.ts";
import { portsOf, type World } from "../../support/fakes/world.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";

const never = new Promise<never>(() => undefined);
/** A function that dies: the call it was about to make is never made, and nothing after it. */
const diesBefore =
  (place: string): OnCall =>
  ({ port, method, phase }) =>
    phase === "before" && `${port}.${method}` === place ? never : undefined;
const fails =
  (...places: string[]): OnCall =>
  ({ port, method, phase }) => {
    if (phase === "before" && places.includes(`${port}.${method}`)) throw new Error("down");
  };

describe("requests with an Idempotency-Key", () => {
  let pipeline: Pipeline;
  let world: World;
  const keyed = (
    given: { bodyHash?: string; tenant?: string; key?: string } = {},
    ports = world,
  ) => {
    const { key = "key", ...input } = given;
    return world.clock.during(pipeline.submit({ idempotencyKey: key, ...input }, ports));
  };
  const refused = (call: Promise<unknown>) =>
    call.then(
      () => undefined,
      (error: RequestRefusedError) => error,
    );
  const jobs = async () => (await world.jobs.list({ tenant: "acme", limit: 300 })).jobs;

  beforeEach(() => {
    pipeline = createPipeline();
    world = pipeline.world;
  });

  test("repeated are answered the first 202 to the letter, whatever became of the job", async () => {
    const first = await keyed();
    await pipeline.submit();
    await pipeline.dispatch();
    expect(await keyed()).toEqual(first);
    await world.clock.advance(86_400_000 - 1);
    expect(await keyed()).toEqual(first);
    expect(await jobs()).toHaveLength(2);
  });

  test("repeated after a day are new requests", async () => {
    const first = await keyed();
    await world.clock.advance(86_400_000);
    expect((await keyed()).job_id).not.toBe(first.job_id);
  });

  test("20 at once are one job", async () => {
    const all = [...Array(20).keys()].map(() => pipeline.submit({ idempotencyKey: "key" }));
    const answers = await world.clock.during(Promise.all(all));
    expect(new Set(answers.map(({ job_id }) => job_id)).size).toBe(1);
    expect(await jobs()).toHaveLength(1);
    expect(world.objects.keys()).toHaveLength(1);
    expect((await pipeline.held()).admitted).toHaveLength(1);
  });

  test("of another key, another tenant or none are requests of their own", async () => {
    const ids = [
      await keyed(),
      await keyed({ key: "other" }),
      await keyed({ tenant: "globex" }),
      await pipeline.submit(),
    ].map(({ job_id }) => job_id);
    expect(new Set(ids).size).toBe(4);
  });

  test("with another body are refused, before and after the first was answered", async () => {
    const mismatch = { code: "idempotency_mismatch" };
    void keyed({}, portsOf(world, diesBefore("jobs.create"))).catch(() => undefined);
    await world.clock.advance(0);
    expect(await refused(keyed({ bodyHash: "other" }))).toMatchObject(mismatch);
    await world.clock.advance(60_000);
    const first = await keyed();
    expect(await refused(keyed({ bodyHash: "other" }))).toMatchObject(mismatch);
    expect(await keyed()).toEqual(first);
  });

  test("that were refused for a full queue are new ones when it has room", async () => {
    pipeline = createPipeline({ maxQueued: 0, maxActive: 1 });
    world = pipeline.world;
    const [id] = await pipeline.submitMany(1);
    expect(await refused(keyed())).toMatchObject({ code: "queue_full" });
    await world.gate.release(`${id ?? ""}-1`);
    expect((await keyed()).status).toBe("queued");
  });

  test.each(["objects.put", "jobs.create"])(
    "that failed at %s are new ones at once",
    async (place) => {
      expect(await refused(keyed({}, portsOf(world, fails(place))))).toMatchObject({
        code: "unavailable",
      });
      expect((await keyed()).status).toBe("queued");
      expect(await jobs()).toHaveLength(1);
    },
  );

  test("are told the true reason, also when the key cannot be freed", async () => {
    const ports = portsOf(world, fails("jobs.create", "idempotency.forget"));
    expect(await refused(keyed({}, ports))).toMatchObject({ code: "unavailable" });
  });

  test("whose answer could not be kept are answered from the job", async () => {
    const first = await keyed({}, portsOf(world, fails("idempotency.complete")));
    await world.clock.advance(31_000);
    expect(await keyed()).toMatchObject({ job_id: first.job_id, document_id: first.document_id });
    expect(await jobs()).toHaveLength(1);
    // That answer is kept then: the next one need not wait.
    const calls: string[] = [];
    await keyed(
      {},
      portsOf(world, ({ method }) => void calls.push(method)),
    );
    expect(calls).not.toContain("sleep");
  });

  test("that find the first one under way wait for its answer", async () => {
    const slow: OnCall = ({ method, phase }) =>
      method === "create" && phase === "before" ? world.clock.sleep(2_000) : undefined;
    const first = pipeline.submit({ idempotencyKey: "key" }, portsOf(world, slow));
    const second = pipeline.submit({ idempotencyKey: "key" });
    const [one, two] = await world.clock.during(Promise.all([first, second]));
    expect(two).toEqual(one);
  });

  test("that wait in vain are asked to come again, and then take the dead one's place", async () => {
    void pipeline
      .submit({ idempotencyKey: "key" }, portsOf(world, diesBefore("jobs.create")))
      .catch(() => undefined);
    await world.clock.advance(0);
    const startedMs = world.clock.now();
    expect(await refused(keyed())).toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
    expect(world.clock.now() - startedMs).toBeLessThanOrEqual(6_000);
    await world.clock.advance(30_000);
    const all = [1, 2, 3].map(() => pipeline.submit({ idempotencyKey: "key" }));
    const answers = await world.clock.during(Promise.all(all));
    expect(new Set(answers.map(({ job_id }) => job_id)).size).toBe(1);
    expect((await jobs()).map(({ jobId }) => jobId)).toEqual([answers[0]?.job_id]);
    // The dead one's slot is the sweep's to release.
    await world.clock.advance(60_000);
    await pipeline.sweep();
    expect((await pipeline.held()).admitted).toEqual([`${answers[0]?.job_id ?? ""}-1`]);
  });

  test("after a first one that died with its job accepted are answered that job", async () => {
    void pipeline
      .submit({ idempotencyKey: "key" }, portsOf(world, diesBefore("queue.wake")))
      .catch(() => undefined);
    await world.clock.advance(31_000);
    const [job] = await jobs();
    expect((await keyed()).job_id).toBe(job?.jobId);
    expect(await jobs()).toHaveLength(1);
  });
});
