import { beforeEach, describe, expect, test } from "vitest";
import { reindexSchema } from "../../../lambdas/contract/calls/reindex.ts";
import { type ReindexPorts, reindex, reindexState } from "../../../lambdas/http/reindex/reindex.ts";
import type { Reindex } from "../../../lambdas/records/reindexes/reindex.ts";
import { ManualClock } from "../../support/fakes/clock.ts";
import { MemoryReindexStore } from "../../support/fakes/records/reindex-store.ts";

const operator = { tenant: "acme", role: "operator" } as const;
let ports: ReindexPorts;
let triggered: string[];
let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
  triggered = [];
  ports = {
    reindexes: new MemoryReindexStore(),
    trigger: { run: async (tenant) => void triggered.push(tenant) },
    clock,
  };
});

const start = (request = {}, model = "new") => reindex(operator, request, ports, model);
const noted = (change: Partial<Reindex>, tenant = "acme") =>
  ports.reindexes
    .read(tenant)
    .then((current) => ports.reindexes.note({ ...(current as Reindex), ...change }));

describe("POST and GET /v1/reindex", () => {
  test("begin and show the key's own tenant, or the one that is named", async () => {
    expect(await reindexState(operator, "acme", ports, "new")).toMatchObject({ status: "none" });
    expect(reindexSchema.parse(await start())).toMatchObject({ tenant: "acme", status: "running" });
    expect(await start({ tenant: "globex" })).toMatchObject({ tenant: "globex" });
    expect(triggered).toEqual(["acme", "globex"]);
    await noted({ total: 9, remaining: 4, message: "CircuitOpenError" });
    expect(await reindexState(operator, "acme", ports, "new")).toMatchObject({
      documents_total: 9,
      documents_moved: 5,
      message: "CircuitOpenError",
    });
  });

  test("go on with one that runs, and begin anew one that has ended or has another model", async () => {
    const { started_at: first } = await start();
    await clock.advance(1_000);
    expect((await start()).started_at).toBe(first);
    const { started_at: second, embedding_model: model } = await start({}, "newer");
    expect([second === first, model]).toEqual([false, "newer"]);
    await noted({ status: "completed" });
    await clock.advance(1_000);
    expect(await start({}, "newer")).toMatchObject({ status: "running" });
  });

  test("cancel one that runs, and change none that has ended", async () => {
    expect(await start({ cancel: true })).toMatchObject({ status: "none" });
    await start();
    expect(await start({ cancel: true })).toMatchObject({ status: "cancelled" });
    await start();
    await noted({ status: "completed" });
    expect(await start({ cancel: true })).toMatchObject({ status: "completed" });
    expect(triggered).toEqual(["acme", "acme"]);
  });

  test("are refused to other keys", async () => {
    const tenant = { tenant: "acme", role: "tenant" } as const;
    await expect(reindex(tenant, {}, ports, "new")).rejects.toMatchObject({ code: "forbidden" });
    const state = reindexState(tenant, "acme", ports, "new");
    await expect(state).rejects.toMatchObject({ code: "forbidden" });
  });
});
