import { beforeEach, describe, expect, test } from "vitest";
import {
  actOnSource,
  listObjects,
  listSources,
  type SourcePorts,
  showSource,
} from "../../../lambdas/http/sources/sources.ts";
import {
  createSourcesWorld,
  objectEvent,
  type SourcesWorld,
  unreadable,
} from "../../support/sources-world.ts";

let world: SourcesWorld;
let ports: SourcePorts;
beforeEach(async () => {
  world = createSourcesWorld();
  const { source, sources, records } = world;
  ports = { configured: [source], sources, records, clock: world.world.clock };
  for (const key of ["a.md", "b.md", "c.md"]) {
    world.bucket.put(key, key === "a.md" ? "text" : `${unreadable} ${key}`);
    await world.notice([objectEvent("files", key)]);
  }
  for (let rounds = 0; rounds < 3; rounds++) {
    await world.feed();
    await world.runJobs();
  }
});

describe("a source", () => {
  test("shows its progress to its own tenant only", async () => {
    const { sources } = await listSources("acme", ports);
    expect(sources).toEqual([await showSource("acme", "docs", ports)]);
    expect(sources[0]).toMatchObject({
      source_id: "docs",
      bucket: "files",
      status: "active",
      objects: { total: 3, stored: 1, failed: 2, waiting: 0, working: 0, removing: 0 },
      sync: { status: "never" },
    });
    expect(await listSources("globex", ports)).toEqual({ sources: [] });
    for (const call of [
      () => showSource("globex", "docs", ports),
      () => actOnSource("globex", "docs", "pause", ports),
      () => listObjects("globex", "docs", { status: "failed", limit: 5 }, ports),
    ]) {
      await expect(async () => call()).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("is paused, resumed and compared on request", async () => {
    expect(await actOnSource("acme", "docs", "pause", ports)).toMatchObject({ status: "paused" });
    expect(await actOnSource("acme", "docs", "resume", ports)).toMatchObject({ status: "active" });
    await actOnSource("acme", "docs", "sync", ports);
    expect(await world.reconcile()).toBe("done");
    const { sync } = await showSource("acme", "docs", ports);
    expect(sync).toMatchObject({ status: "done", listed: 3 });
  });

  test("lists its failed objects page by page, with reasons and jobs", async () => {
    const first = await listObjects("acme", "docs", { status: "failed", limit: 1 }, ports);
    expect(first.objects).toEqual([
      {
        key: "b.md",
        document_id: "docs:b.md",
        status: "failed",
        size_bytes: 15,
        job_id: expect.any(String) as string,
        error: {
          code: "invalid_document",
          message: expect.any(String) as string,
          at: "2026-01-01T00:00:00.000Z",
        },
      },
    ]);
    const cursor = first.next_cursor ?? "";
    const next = await listObjects("acme", "docs", { status: "failed", limit: 1, cursor }, ports);
    expect(next.objects.map(({ key }) => key)).toEqual(["c.md"]);
    expect(next.next_cursor).toBeUndefined();
    const foreign = { status: "waiting", limit: 1, cursor } as const;
    await expect(listObjects("acme", "docs", foreign, ports)).rejects.toMatchObject({
      code: "invalid_request",
    });
  });
});
