import * as fc from "fast-check";
import { expect, test } from "vitest";
import { grouped } from "../../../../console/logic/jobs/order.ts";
import { job } from "../jobs.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 10, minute)).toISOString();

test("running jobs come first, then waiting ones by their place, then ended ones, newest first", () => {
  const groups = grouped([
    job("01", { status: "completed", completed_at: at(1) }),
    job("02", { status: "failed", failed_at: at(9) }),
    job("03", { queue_position: 2 }),
    job("04", { queue_position: 1 }),
    job("05", { status: "processing", started_at: at(3) }),
    job("06", { status: "processing", started_at: at(2) }),
    job("07", { status: "cancelled", cancelled_at: at(5) }),
  ]);
  expect(groups.map(({ title, jobs }) => [title, jobs.map(({ job_id }) => job_id)])).toEqual([
    ["Running", ["06", "05"]],
    ["Waiting", ["04", "03"]],
    ["Ended", ["02", "07", "01"]],
  ]);
});

test("each job stands in one group, whatever their order was", () => {
  const jobs = fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 99 }),
      status: fc.constantFrom("queued", "processing", "completed", "failed", "cancelled"),
    }),
  );
  fc.assert(
    fc.property(jobs, (given) => {
      const all = given.map(({ id, status }, n) => job(`${id}-${n}`, { status }));
      const shown = grouped(all).flatMap((group) => group.jobs);
      expect(new Set(shown)).toEqual(new Set(all));
      expect(shown).toHaveLength(all.length);
    }),
  );
});
