import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createJobBook } from "../../../console/state/job-book.ts";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { job } from "./jobs.ts";

test("in whatever order answers arrive, each job stands in its latest version", () => {
  const answers = fc.array(fc.record({ id: fc.constantFrom("a", "b", "c"), version: fc.nat(20) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(answers, (given) => {
      const book = createJobBook();
      for (const { id, version } of given) book.merge([job(id, { version })]);
      for (const [id, known] of book.jobs.value) {
        const versions = given.filter((answer) => answer.id === id).map(({ version }) => version);
        expect(known.version).toBe(Math.max(...versions));
      }
    }),
  );
});

test("newest jobs stand first", () => {
  const book = createJobBook();
  book.merge([job("01A"), job("01C")]);
  book.merge([job("01B")]);
  expect(book.newestFirst.value.map(({ job_id }) => job_id)).toEqual(["01C", "01B", "01A"]);
});

test("changes of state are told, first sight and mere progress are not", () => {
  const told: JobAnswer[] = [];
  const book = createJobBook((changed) => told.push(changed));
  book.merge([job("a", { status: "processing", version: 1 })]);
  book.merge([job("a", { status: "processing", version: 2, progress: 40 })]);
  expect(told).toEqual([]);
  book.merge([job("a", { status: "completed", version: 3 })]);
  expect(told.map(({ status }) => status)).toEqual(["completed"]);
});

test("a place in the queue moves up without a version", () => {
  const book = createJobBook();
  book.merge([job("a", { queue_position: 5 })]);
  book.merge([job("a", { queue_position: 4 })]);
  expect(book.jobs.value.get("a")?.queue_position).toBe(4);
});
