/** Objects and buckets that cannot be read, for a while or for good. */
import { beforeEach, describe, expect, test } from "vitest";
import { stateOf } from "../../../lambdas/sources/record.ts";
import { createSourcesWorld, objectEvent, type SourcesWorld } from "../../support/sources-world.ts";

let world: SourcesWorld;
beforeEach(() => {
  world = createSourcesWorld();
});

const put = async (key: string, text = `text of ${key}`) => {
  world.bucket.put(key, text);
  await world.notice([objectEvent("files", key)]);
};
const settle = async () => {
  for (let rounds = 0; rounds < 5; rounds++) {
    await world.feed();
    await world.runJobs();
  }
};
const counts = async () => (await world.sources.read("docs")).counts;
const stateOfOnly = () => {
  const [record] = world.records.all("docs");
  return record?.kind === "document" ? stateOf(record) : undefined;
};
/** The daily comparison. */
const nextDay = async () => {
  world.world.clock.skip(25 * 3_600_000);
  await world.reconcile();
  await settle();
};

describe("a failed object", () => {
  test("is tried again when it is put again with the same content, even if the event is lost", async () => {
    await put("a.md");
    await put("a.md.metadata.json", "{");
    await settle();
    expect(stateOfOnly()).toBe("failed");
    world.bucket.delete("a.md.metadata.json");
    await nextDay();
    expect(stateOfOnly()).toBe("stored");
  });

  test.each(["event", "comparison"])("is tried again when it is put again: %s", async (way) => {
    await put("a.md", "");
    await settle();
    const jobsOf = async () => (await counts()).failed;
    expect(await jobsOf()).toBe(1);
    await nextDay();
    const [before] = world.records.all("docs");
    world.world.clock.skip(5_000);
    world.bucket.put("a.md", "");
    if (way === "event") await world.notice([objectEvent("files", "a.md")]);
    else await nextDay();
    await settle();
    const [after] = world.records.all("docs");
    const at = (record: typeof before) => record?.kind === "document" && record.failure?.at;
    expect(at(after)).not.toBe(at(before));
  });

  test("that is archived waits until it is restored, and asks for no try meanwhile", async () => {
    world.bucket.archived.add("a.md");
    await put("a.md");
    await settle();
    expect(world.records.all("docs")[0]).toMatchObject({ failure: { code: "archived" } });
    const before = world.records.all("docs");
    await nextDay();
    expect(world.records.all("docs")).toEqual(before);
    world.bucket.archived.clear();
    await world.notice([objectEvent("files", "a.md", "Object Restore Completed")]);
    await settle();
    expect(stateOfOnly()).toBe("stored");
  });

  test("that was too large is ingested when the limit is raised", async () => {
    world = createSourcesWorld({ maxSizeMb: 0.001 });
    await put("a.md", "x".repeat(2_000));
    await settle();
    expect(await counts()).toMatchObject({ failed: 1 });
    Object.assign(world.source, createSourcesWorld({ maxSizeMb: 1 }).source);
    await world.reconcile();
    await settle();
    expect(await counts()).toMatchObject({ failed: 0, stored: 1 });
  });
});

test("objects that fail without a job are all listed at once, however few slots are free", async () => {
  for (let i = 0; i < 500; i++) world.bucket.put(`${i}.md`, "");
  world.bucket.put("last.md", "text");
  await world.reconcile();
  await world.feed();
  expect(await counts()).toMatchObject({ failed: 500, working: 1 });
});

test("a source that is given to another tenant stands still and says so, until its tenant is back", async () => {
  await put("a.md");
  await world.reconcile();
  await settle();
  const { source: former } = createSourcesWorld();
  Object.assign(world.source, createSourcesWorld({ tenant: "globex" }).source);
  world.bucket.delete("a.md");
  await world.notice([objectEvent("files", "a.md", "Object Deleted")]);
  await put("b.md");
  await expect(world.reconcile()).rejects.toThrow(/belong to the tenant acme.*another name/);
  await settle();
  expect([...world.search.keys()]).toEqual(["docs:a.md"]);
  const jobs = await world.world.jobs.list({ tenant: "globex", limit: 10 });
  expect(jobs.jobs).toEqual([]);
  Object.assign(world.source, former);
  await settle();
  expect([...world.search.keys()]).toEqual(["docs:b.md"]);
});

test("a bucket that is gone keeps no other source from its turn, and says so", async () => {
  world = createSourcesWorld({}, { besides: ["other"] });
  await put("a.md");
  await settle();
  world.bucket.delete("a.md");
  await world.notice([objectEvent("files", "a.md", "Object Deleted")]);
  await put("b.md");
  world.bucket.isGone = true;
  const [other] = world.others;
  other?.bucket.put("c.md", "text");
  await world.reconcile(undefined, undefined, other?.source);
  await world.feed();
  expect((await world.sources.read("docs")).problem?.message).toContain("NoSuchBucket");
  expect((await world.sources.read("other")).counts).toMatchObject({ waiting: 0, working: 1 });
});

describe("a comparison", () => {
  test("reads records in portions where most objects are gone, and finds every one", async () => {
    const keys = Array.from({ length: 2_100 }, (_, i) => `${String(i).padStart(4, "0")}.md`);
    for (const key of keys) world.bucket.put(key, "");
    await world.reconcile();
    await settle();
    for (const key of keys.slice(0, -1)) world.bucket.delete(key);
    let most = 0;
    const between = world.records.between.bind(world.records);
    world.records.between = async (...range) => {
      const found = await between(...range);
      most = Math.max(most, found.length);
      return found;
    };
    await nextDay();
    expect(world.records.all("docs").map(({ key }) => key)).toEqual(keys.slice(-1));
    expect(await counts()).toMatchObject({ failed: 1, waiting: 0, stored: 0 });
    expect((await world.sources.read("docs")).sync.listed).toBe(1);
    expect(most).toBe(1_000);
  });

  test("takes files with attributes for documents, and back, when the settings change", async () => {
    world = createSourcesWorld({ attributes: "none" });
    const file = "a.md.metadata.json";
    await put("a.md");
    await put(file, '{"team":"red"}');
    await settle();
    const setting = async (attributes: "file" | "none") => {
      Object.assign(world.source, createSourcesWorld({ attributes }).source);
      await world.reconcile();
      await settle();
      await nextDay();
    };
    expect([...world.search.keys()]).toEqual(["docs:a.md", `docs:${file}`]);
    await setting("file");
    expect([...world.search.keys()]).toEqual(["docs:a.md"]);
    expect(world.search.get("docs:a.md")?.attributes).toMatchObject({ team: "red" });
    await setting("none");
    expect([...world.search.keys()]).toEqual(["docs:a.md", `docs:${file}`]);
  });
});

test("tags that are no names of attributes are attributes all the same, and those of AWS are left out", async () => {
  world = createSourcesWorld({ attributes: "tags" });
  const tags = {
    "Cost Center": "7",
    "aws:backup:x": "y",
    "1st": "z",
    a_b: "exact",
    "a-b": "other",
  };
  world.bucket.put("a.md", "text", tags);
  await world.notice([objectEvent("files", "a.md")]);
  await settle();
  expect(world.search.get("docs:a.md")?.attributes).toEqual({
    source: "docs",
    source_key: "a.md",
    Cost_Center: "7",
    _1st: "z",
    a_b: "exact",
  });
});

test("a file with attributes may begin with a byte order mark", async () => {
  world.bucket.put("a.md.metadata.json", '\uFEFF{"team":"red"}');
  await put("a.md");
  await settle();
  expect(world.search.get("docs:a.md")?.attributes).toMatchObject({ team: "red" });
});
