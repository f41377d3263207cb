/**
 * Objects are put, changed, renamed and deleted at random; events are lost, repeated and reordered;
 * functions die at any of their calls. After one comparison with the bucket, searches hold what the
 * bucket holds.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { documentIdOfKey } from "../../../lambdas/sources/document-id.ts";
import { stateOf } from "../../../lambdas/sources/record.ts";
import { attributesSuffix } from "../../../lambdas/sources/source.ts";
import { dyingAt, orDie } from "../../support/crashes.ts";
import { requestOf } from "../../support/pipeline.ts";
import {
  createSourcesWorld,
  objectEvent,
  type SourcesWorld,
  unreadable,
} from "../../support/sources-world.ts";

const keys = ["a.md", "b.md", "b.md-2.txt", "d/ü x.md", "d//x.md", "d/x.md", "z.png"];

type Step =
  | { readonly do: "put"; readonly key: string; readonly text: string }
  | { readonly do: "describe"; readonly key: string; readonly team: string | undefined }
  | { readonly do: "delete"; readonly key: string }
  | { readonly do: "rename"; readonly key: string; readonly to: string }
  | { readonly do: "deliver"; readonly lost: boolean; readonly last: boolean }
  | { readonly do: "repeat" }
  | { readonly do: "feed" | "reconcile"; readonly diesAt: number | undefined }
  | { readonly do: "jobs" | "submit" | "minute" | "pause" | "resume" };

const key = fc.constantFrom(...keys);
const text = fc.constantFrom("one", "two", "three", `${unreadable} four`);
const diesAt = fc.option(fc.nat(40), { nil: undefined });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("put" as const), key, text }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("describe" as const),
      key,
      team: fc.constantFrom("red", "blue", undefined),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rename" as const), key, to: key }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      lost: fc.boolean(),
      last: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "repeat" as const }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("feed" as const), diesAt }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reconcile" as const), diesAt }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("jobs", "submit", "minute", "pause", "resume"),
    }),
  },
);

class Course {
  readonly world: SourcesWorld;
  readonly #events: string[] = [];
  readonly #delivered: string[] = [];
  #ownJobs = 0;

  constructor(pageSize: number, seed: number) {
    this.world = createSourcesWorld({}, { pageSize, seed });
  }

  async take(one: Step): Promise<void> {
    const { world } = this;
    switch (one.do) {
      case "put":
        return this.#put(one.key, one.text);
      case "describe":
        return one.team === undefined
          ? this.#delete(one.key + attributesSuffix)
          : this.#put(one.key + attributesSuffix, JSON.stringify({ team: one.team }));
      case "delete":
        return this.#delete(one.key);
      case "rename": {
        const found = world.bucket.textOf(one.key);
        if (found === undefined || one.key === one.to) return;
        this.#put(one.to, found);
        return this.#delete(one.key);
      }
      case "deliver": {
        const event = one.last ? this.#events.pop() : this.#events.shift();
        if (event === undefined || one.lost) return;
        this.#delivered.push(event);
        await world.notice([event]);
        return;
      }
      case "repeat":
        await world.notice(this.#delivered.slice(-3).toReversed());
        return;
      case "feed":
        await orDie(world.feed(dyingAt(one.diesAt)));
        return;
      case "reconcile":
        await orDie(world.reconcile(dyingAt(one.diesAt)));
        return;
      case "jobs":
        return world.runJobs();
      case "submit":
        return this.#submit();
      case "minute":
        world.world.clock.skip(61_000);
        await world.sweep();
        return;
      case "pause":
        return world.sources.pause("docs", "2026-01-01T00:00:00.000Z");
      case "resume":
        return world.sources.resume("docs");
    }
  }

  /** Nothing is disturbed any more. */
  async settle(): Promise<void> {
    const { world } = this;
    await world.sources.resume("docs");
    const { clock } = world.world;
    // A comparison that died holds its lease until then, a dead claim is given back, and slots too.
    clock.skip(400_000);
    await world.sweep();
    await world.sources.askForSync("docs", new Date(clock.now()).toISOString());
    clock.skip(60_000);
    // The first may only end one that had begun before the last changes.
    while ((await world.reconcile()) === "done") clock.skip(60_000);
    for (let rounds = 0; rounds < 30; rounds++) {
      clock.skip(130_000);
      await world.feed();
      await world.runJobs();
      await world.sweep();
    }
  }

  #put(key: string, content: string): void {
    this.world.bucket.put(key, content);
    this.#events.push(objectEvent("files", key));
  }

  #delete(key: string): void {
    this.world.bucket.delete(key);
    this.#events.push(objectEvent("files", key, "Object Deleted"));
  }

  /** Another tenant's submissions: as many as the queue promises are always accepted. */
  async #submit(): Promise<void> {
    const { world } = this;
    const { tenants } = await world.world.gate.read();
    const waiting = [...tenants.values()].filter((tenant) => tenant === "globex").length;
    if (waiting >= world.settings.maxQueued) return;
    const document_id = `own-${this.#ownJobs++}`;
    await world.submit({ tenant: "globex", request: requestOf({ document_id }) });
  }
}

test("after one comparison with the bucket, searches hold what the bucket holds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 60 }),
      fc.constantFrom(1, 2, 1_000),
      fc.nat(1_000),
      async (steps, pageSize, seed) => {
        const course = new Course(pageSize, seed);
        for (const one of steps) await course.take(one);
        await course.settle();
        await expectEqual(course.world);
      },
    ),
    { numRuns: 200 },
  );
}, 300_000);

test("2,000 objects put, changed, renamed and deleted while functions die and events get lost end as the bucket has them", async () => {
  const course = new Course(1_000, 7);
  const { chance, clock } = course.world.world;
  const any = (count: number) => Math.floor(chance.random() * count);
  const all = Array.from({ length: 2_000 }, (_, i) => `d${i % 20}/n ${i}.md`);
  for (const one of all) await course.take({ do: "put", key: one, text: `first ${one}` });
  for (let turn = 0; turn < 4_000; turn++) {
    const one = all[any(all.length)]!;
    const dies = any(3) === 0 ? any(60) : undefined;
    await course.take(
      [
        { do: "put", key: one, text: `changed ${turn}` } as const,
        { do: "rename", key: one, to: `renamed/${one}` } as const,
        { do: "delete", key: one } as const,
        { do: "deliver", lost: any(3) === 0, last: any(2) === 0 } as const,
        { do: "deliver", lost: false, last: false } as const,
      ][any(5)]!,
    );
    if (turn % 20 === 0) await course.take({ do: "feed", diesAt: dies });
    if (turn % 25 === 0) await course.take({ do: "jobs" });
    if (turn % 50 === 0) await course.take({ do: "submit" });
    if (turn % 500 === 0) await course.take({ do: "reconcile", diesAt: 2 * any(500) });
    if (turn % 100 === 0) await course.take({ do: "minute" });
  }
  await course.settle();
  while (isBusy(course.world)) {
    clock.skip(10_000);
    await course.world.feed();
    await course.world.runJobs();
  }
  await expectEqual(course.world);
}, 300_000);

function isBusy({ records }: SourcesWorld): boolean {
  return records
    .all("docs")
    .some((one) => one.kind === "document" && !["stored", "failed"].includes(stateOf(one)));
}

async function expectEqual(world: SourcesWorld): Promise<void> {
  const { bucket, source, search, records } = world;
  const documents = bucket.keys().filter((one) => source.matches(one));
  const good = documents.filter((one) => !bucket.textOf(one)?.includes(unreadable));
  const expected = new Map(
    good.map((one) => {
      const described = bucket.textOf(one + attributesSuffix);
      const own = described === undefined ? {} : (JSON.parse(described) as object);
      const attributes = { source: "docs", source_key: one, ...own };
      return [documentIdOfKey(source, one), { text: bucket.textOf(one), attributes }];
    }),
  );
  const bad = documents.filter((one) => !good.includes(one));
  // An object that cannot be read keeps the version that could be.
  const kept = bad.map((one) => documentIdOfKey(source, one)).filter((id) => search.has(id));
  for (const id of kept) expected.set(id, search.get(id) as never);
  expect(Object.fromEntries(search)).toEqual(Object.fromEntries(expected));

  const states = records
    .all("docs")
    .flatMap((record) => (record.kind === "document" ? [[record.key, stateOf(record)]] : []));
  expect(Object.fromEntries(states)).toEqual(
    Object.fromEntries(documents.map((one) => [one, good.includes(one) ? "stored" : "failed"])),
  );

  expect((await world.held()).admitted).toEqual([]);
  await world.sources.askForSync("docs", new Date(world.world.clock.now()).toISOString());
  await world.reconcile();
  expect((await world.sources.read("docs")).counts).toEqual({
    stored: good.length,
    failed: bad.length,
    waiting: 0,
    working: 0,
    removing: 0,
  });
}
