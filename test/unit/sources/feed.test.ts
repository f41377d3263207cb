import { beforeEach, describe, expect, test } from "vitest";
import { stateOf } from "../../../lambdas/sources/record.ts";
import { dyingAt, orDie } from "../../support/crashes.ts";
import { requestOf } from "../../support/pipeline.ts";
import {
  createSourcesWorld,
  objectEvent,
  type SourcesWorld,
  unreadable,
} from "../../support/sources-world.ts";

let world: SourcesWorld;
beforeEach(() => {
  world = createSourcesWorld();
});

const put = (...keys: string[]) =>
  Promise.all(
    keys.map((key) => {
      world.bucket.put(key, `text of ${key}`);
      return world.notice([objectEvent("files", key)]);
    }),
  );
const counts = async () => (await world.sources.read("docs")).counts;
const settle = async () => {
  for (let rounds = 0; rounds < 5; rounds++) {
    await world.feed();
    await world.runJobs();
  }
};

describe("a backlog", () => {
  const thousand = Array.from({ length: 1_000 }, (_, i) => `${i}.md`);

  test("takes free slots only, and leaves the whole queue to the API", async () => {
    for (const key of thousand) world.bucket.put(key, "text");
    await world.reconcile();
    await world.feed();
    await world.feed();
    expect((await world.held()).admitted).toHaveLength(world.settings.maxActive);
    for (let i = 0; i < world.settings.maxQueued; i++) {
      await world.submit({ tenant: "globex", request: requestOf() });
    }
    await expect(world.submit({ tenant: "globex", request: requestOf() })).rejects.toMatchObject({
      code: "queue_full",
    });
    expect(await counts()).toMatchObject({ waiting: 997, working: 3 });
  });

  test("waits while a submission waits, so the API goes first", async () => {
    for (let i = 0; i < 4; i++) await world.submit({ tenant: "globex", request: requestOf() });
    await put("a.md");
    await world.feed();
    expect(await counts()).toMatchObject({ waiting: 1, working: 0 });
    await world.runJobs();
    await world.runJobs();
    await world.feed();
    expect(await counts()).toMatchObject({ waiting: 0, working: 1 });
  });

  test("waits while intake is paused", async () => {
    await world.world.gate.pause({ since: "2026-01-01T00:00:00.000Z" });
    await put("a.md");
    await world.feed();
    expect(await counts()).toMatchObject({ waiting: 1 });
  });

  test("counts no refusals: a full queue is nobody's refused submission", async () => {
    for (let i = 0; i < 8; i++) await world.submit({ tenant: "globex", request: requestOf() });
    await put("a.md", "b.md");
    await world.feed();
    const names = world.world.metrics.emitted.map(({ name }) => name);
    expect(names).not.toContain("JobsRefused");
  });
});

describe("an object", () => {
  test("that cannot be read is listed with the reason, and not tried again until it changes", async () => {
    world.bucket.put("a.md", unreadable);
    await world.notice([objectEvent("files", "a.md")]);
    await settle();
    const [record] = world.records.all("docs");
    expect(record).toMatchObject({ failure: { code: "invalid_document" } });
    const jobs = await world.world.jobs.list({ tenant: "acme", limit: 10 });
    expect(jobs.jobs).toHaveLength(1);
    world.bucket.put("a.md", "better");
    await world.notice([objectEvent("files", "a.md")]);
    await settle();
    expect(world.search.get("docs:a.md")?.text).toBe("better");
    expect(await counts()).toMatchObject({ failed: 0, stored: 1 });
  });

  test.each([
    ["", "empty_document"],
    ["x".repeat(2_000), "document_too_large"],
  ])("that no job could read has no job (%#)", async (text, code) => {
    world = createSourcesWorld({ maxSizeMb: 0.001 });
    world.bucket.put("a.md", text);
    await world.notice([objectEvent("files", "a.md")]);
    await settle();
    expect(world.records.all("docs")[0]).toMatchObject({ failure: { code } });
    expect((await world.world.jobs.list({ tenant: "acme", limit: 10 })).jobs).toEqual([]);
  });

  test("whose attributes are no JSON fails with the name of the file", async () => {
    world.bucket.put("a.md.metadata.json", "{");
    await put("a.md");
    await settle();
    expect(world.records.all("docs")[0]).toMatchObject({
      failure: {
        code: "invalid_attributes",
        message: expect.stringContaining("a.md.metadata.json") as string,
      },
    });
  });

  test("is ingested again when only its attributes change", async () => {
    await put("a.md");
    await settle();
    const file = "a.md.metadata.json";
    world.bucket.put(file, JSON.stringify({ metadataAttributes: { team: "red" } }));
    await world.notice([objectEvent("files", file)]);
    await settle();
    expect(world.search.get("docs:a.md")?.attributes).toEqual({
      source: "docs",
      source_key: "a.md",
      team: "red",
    });
  });

  test("has its tags as attributes where the settings say so", async () => {
    world = createSourcesWorld({ attributes: "tags" });
    world.bucket.put("a.md", "text", { team: "red" });
    await world.notice([objectEvent("files", "a.md")]);
    await settle();
    world.bucket.put("a.md", "text", { team: "blue" });
    await world.notice([objectEvent("files", "a.md", "Object Tags Added")]);
    await settle();
    expect(world.search.get("docs:a.md")?.attributes).toMatchObject({ team: "blue" });
  });

  test("that the settings leave out by now is removed by the next comparison", async () => {
    await put("a.md", "b.md");
    await settle();
    const narrower = createSourcesWorld({ exclude: ["b.md"] });
    expect(narrower.source.scope).not.toBe(world.source.scope);
    Object.assign(world.source, narrower.source);
    await world.reconcile();
    await settle();
    expect([...world.search.keys()]).toEqual(["docs:a.md"]);
  });

  test("is not removed if it is back before its removal", async () => {
    await put("a.md");
    await settle();
    world.bucket.delete("a.md");
    await world.notice([objectEvent("files", "a.md", "Object Deleted")]);
    world.bucket.put("a.md", "text of a.md");
    await world.feed();
    const [record] = world.records.all("docs");
    expect(record?.kind === "document" && stateOf(record)).toBe("stored");
    expect(world.search.has("docs:a.md")).toBe(true);
  });

  test("whose failed job a person retried counts as stored after the next comparison", async () => {
    world.bucket.put("a.md", unreadable);
    await world.notice([objectEvent("files", "a.md")]);
    await settle();
    const [record] = world.records.all("docs");
    const jobId = record?.kind === "document" ? (record.failure?.jobId ?? "") : "";
    expect(await world.world.jobs.read(jobId)).toMatchObject({ status: "failed" });
    const read = world.world.jobs.read.bind(world.world.jobs);
    world.world.jobs.read = async (id) => {
      const job = await read(id);
      return id === jobId && job !== undefined
        ? ({ ...job, status: "completed" } as typeof job)
        : job;
    };
    await world.reconcile();
    expect(await counts()).toMatchObject({ failed: 0, stored: 1 });
  });
});

test("a paused source notices changes, and acts on them when it is resumed", async () => {
  await world.sources.pause("docs", "2026-01-01T00:00:00.000Z");
  await put("a.md");
  await settle();
  expect(await counts()).toMatchObject({ waiting: 1 });
  expect(await world.reconcile()).toBe("not-due");
  await world.sources.resume("docs");
  await settle();
  expect(await counts()).toMatchObject({ stored: 1 });
});

test("a comparison that runs out of time goes on where it stopped", async () => {
  world = createSourcesWorld({}, { pageSize: 2 });
  for (const key of ["1.md", "2.md", "3.md", "4.md", "5.md"]) world.bucket.put(key, "text");
  expect(await world.reconcile(undefined, 0)).toBe("unfinished");
  expect(await counts()).toMatchObject({ waiting: 2 });
  expect(await world.reconcile(undefined, 0)).toBe("unfinished");
  expect(await world.reconcile(undefined, 0)).toBe("done");
  expect(await counts()).toMatchObject({ waiting: 5 });
  expect((await world.sources.read("docs")).sync).toMatchObject({ listed: 5 });
});

describe("counts", () => {
  /** One object to settle, one to remove, one to submit. */
  async function readyToFeed(): Promise<void> {
    world = createSourcesWorld({}, { pageSize: 2 });
    await put("a.md", "b.md", "c.md");
    await settle();
    await put("d.md");
    await world.feed();
    await world.runJobs();
    world.bucket.delete("a.md");
    await world.notice([objectEvent("files", "a.md", "Object Deleted")]);
    await put("e.md");
    await world.sources.askForSync("docs", new Date(world.world.clock.now()).toISOString());
  }

  const still = { stored: 4, waiting: 0, working: 0, removing: 0 };

  test("are right whenever a comparison runs beside the function that feeds", async () => {
    for (let call = 0, reached = true; reached; call++) {
      await readyToFeed();
      let left = call;
      await world.feed(async () => {
        if (left-- === 0) await world.reconcile();
      });
      await settle();
      expect(await counts(), `before call ${call}`).toMatchObject(still);
      reached = left < 0;
      expect(call > 20 || reached).toBe(true);
    }
  });

  test("are put right within minutes, without being asked, wherever a function died", async () => {
    for (let call = 0, died = true; died; call++) {
      await readyToFeed();
      await world.reconcile();
      died = await orDie(world.feed(dyingAt(call)));
      for (let minutes = 0; minutes < 8; minutes++) {
        world.world.clock.skip(60_000);
        await world.sweep();
        await settle();
        await world.reconcile();
      }
      expect(await counts(), `before call ${call}`).toMatchObject(still);
      expect(call > 20 || died).toBe(true);
    }
  });

  test("that are wrong are right after a comparison that nothing disturbs, and that goes on in a second run", async () => {
    world = createSourcesWorld({}, { pageSize: 2 });
    await put("a.md", "b.md", "c.md");
    await settle();
    await world.sources.beginChange("docs", world.world.chance.jobId());
    const [open = ""] = (await world.sources.read("docs")).changing;
    await world.sources.endChange("docs", open, { stored: 7 });
    expect(await world.reconcile(undefined, 0)).toBe("unfinished");
    expect(await world.reconcile(undefined, 0)).toBe("done");
    expect(await counts()).toMatchObject({ stored: 3 });
  });
});

test("a run that leaves removals behind asks for the next one, and the last one does not", async () => {
  const keys = Array.from({ length: 60 }, (_, i) => `${i}.md`);
  await put(...keys);
  for (let rounds = 0; rounds < 25; rounds++) {
    await world.feed();
    await world.runJobs();
  }
  await world.feed();
  expect(await counts()).toMatchObject({ stored: 60 });
  for (const key of keys) world.bucket.delete(key);
  await world.notice(keys.map((key) => objectEvent("files", key, "Object Deleted")));
  expect(await world.feed()).toBe("more");
  expect(await world.feed()).toBe("idle");
  expect(world.search.size).toBe(0);
});

test("an object that the bucket does not give out is tried again with pauses, then fails, and is tried again by the next comparison", async () => {
  world.bucket.denies = true;
  await put("a.md");
  let tries = 0;
  for (; (await counts()).failed === 0; tries++) {
    await world.feed();
    world.world.clock.skip(10 * 60_000);
  }
  expect(tries).toBe(5);
  expect((await world.sources.read("docs")).problem?.message).toContain("AccessDenied");
  expect((await world.held()).admitted).toEqual([]);
  world.bucket.denies = false;
  await world.feed();
  expect(await counts()).toMatchObject({ failed: 1 });
  await world.reconcile();
  await settle();
  expect(await counts()).toMatchObject({ failed: 0, stored: 1 });
});
