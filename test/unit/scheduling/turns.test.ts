import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AttemptId, attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { fullFor, type GateState, waiting } from "../../../lambdas/scheduling/gate/gate-state.ts";
import { queueOrder, queuePlace, tenantOf } from "../../../lambdas/scheduling/gate/turns.ts";

const limits = { maxQueued: 100, maxActive: 2 };

/** Entries like `a1 a2* b1`: tenant and age; with a star it runs. Without a letter its tenant is unknown. */
function gateOf(entries: string): GateState {
  const parsed = entries.split(" ").map((entry) => {
    const [, tenant = "", age = ""] = /^([a-z]?)(\d+)/.exec(entry) ?? [];
    const id = attemptId({ jobId: `01JH${age.padStart(3, "0")}${tenant}`, attempt: 1 });
    return { id, tenant, running: entry.endsWith("*") };
  });
  return {
    admitted: new Set(parsed.map(({ id }) => id)),
    active: new Set(parsed.filter(({ running }) => running).map(({ id }) => id)),
    tenants: new Map(
      parsed.filter(({ tenant }) => tenant !== "").map(({ id, tenant }) => [id, tenant]),
    ),
  };
}
const ages = (ids: readonly AttemptId[]) => ids.map((id) => Number(id.slice(4, 7)));

describe("the queue's order", () => {
  test("the tenant with the fewest running jobs comes first, then the oldest job", () => {
    expect(ages(queueOrder(gateOf("a1* a2* a3 a4 b5 c6* c7"), limits))).toEqual([5, 7, 3, 4]);
    expect(ages(queueOrder(gateOf("a1 a2 a3 b4 b5"), limits))).toEqual([1, 4, 2, 5, 3]);
  });

  test("a tenant at its bound comes after those that may start", () => {
    const bound = { ...limits, tenantMaxActive: 1 };
    expect(ages(queueOrder(gateOf("a1* a2 b3 b4"), bound))).toEqual([3, 2, 4]);
  });

  test("jobs whose tenant the gate does not know take turns with the tenants", () => {
    expect(ages(queueOrder(gateOf("1 2 a3 a4"), limits))).toEqual([1, 3, 2, 4]);
  });

  const gates = fc
    .array(fc.record({ tenant: fc.constantFrom("a", "b", "c"), running: fc.boolean() }), {
      maxLength: 12,
    })
    .map((jobs) =>
      gateOf(
        jobs.map(({ tenant, running }, age) => `${tenant}${age}${running ? "*" : ""}`).join(" "),
      ),
    );

  test("every waiting job has one place, and each tenant's jobs keep their order", () => {
    fc.assert(
      fc.property(gates, (gate) => {
        const order = queueOrder(gate, limits);
        expect(order.toSorted()).toEqual(waiting(gate));
        for (const tenant of ["a", "b", "c"]) {
          const own = order.filter((id) => tenantOf(gate, id) === tenant);
          expect(own).toEqual(own.toSorted());
        }
        expect(order.map((id) => queuePlace(gate, limits, id)?.position)).toEqual(
          order.map((_, i) => i + 1),
        );
      }),
    );
  });

  test("a tenant without running jobs never waits for more than one job of each other tenant", () => {
    fc.assert(
      fc.property(gates, (gate) => {
        const order = queueOrder(gate, limits);
        const running = new Set([...gate.active].map((id) => tenantOf(gate, id)));
        for (const tenant of ["a", "b", "c"]) {
          const first = order.findIndex((id) => tenantOf(gate, id) === tenant);
          if (first === -1 || running.has(tenant)) continue;
          const before = order.slice(0, first).map((id) => tenantOf(gate, id));
          expect(new Set(before).size).toBe(before.length);
        }
      }),
    );
  });
});

describe("the estimated wait", () => {
  const measured = (entries: string) => ({ ...gateOf(entries), meanRunMs: 30_000 });
  const wait = (gate: GateState, age: number, of = limits) => {
    const id = [...gate.admitted].find((one) => Number(one.slice(4, 7)) === age) as AttemptId;
    return queuePlace(gate, of, id)?.estimatedWaitSeconds;
  };

  test("is ten seconds a place until durations are measured", () => {
    expect(wait(gateOf("a1* a2* a3 a4"), 4)).toBe(20);
  });

  test("follows from measured durations, places and slots", () => {
    const gate = measured("a1* a2* a3 a4 b5");
    expect([5, 3, 4].map((age) => wait(gate, age))).toEqual([15, 30, 45]);
  });

  test("is none while a slot is free", () => {
    expect(wait(measured("a1* a2"), 2)).toBe(0);
  });

  test("is longer for a tenant that may run fewer jobs than there are slots", () => {
    expect(wait(measured("a1* a2"), 2, { ...limits, tenantMaxActive: 1 } as typeof limits)).toBe(
      30,
    );
  });
});

describe("the bound of one tenant", () => {
  const bound = { ...limits, tenantMaxQueued: 2, tenantMaxActive: 1 };

  test("refuses a tenant that holds its share, and no other", () => {
    const gate = gateOf("a1* a2 a3");
    expect(fullFor(gate, bound, "a")).toBe("tenant");
    expect(fullFor(gate, bound, "b")).toBeUndefined();
    expect(fullFor(gate, limits, "a")).toBeUndefined();
  });

  test("is beyond the queue's own bound no bound", () => {
    const gate = gateOf("a1 a2 a3");
    expect(fullFor(gate, { maxQueued: 2, maxActive: 1, tenantMaxQueued: 50 }, "b")).toBe("queue");
  });
});
