import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prometheusText } from "../../../lambdas/accounting/prometheus.ts";
import { talliesOf } from "../../../lambdas/accounting/tallies.ts";
import {
  labelSets,
  metricNames,
  metricOf,
  sample,
} from "../../../lambdas/contract/calls/metrics.ts";

const lineOf = (text: string, start: string) =>
  text.split("\n").find((line) => line.startsWith(start)) ?? `no line starts with ${start}`;

describe("prometheus text", () => {
  test("a deployment that has done nothing has every counter and bucket at 0", () => {
    const text = prometheusText([], {});
    const shown = metricNames.map(metricOf).filter(({ only }) => only !== "cloudwatch");
    for (const metric of shown) {
      expect(text).toContain(`# TYPE ${metric.prometheus} ${metric.kind}\n`);
    }
    for (const metric of shown.filter(({ kind }) => kind !== "gauge")) {
      const series = metric.kind === "counter" ? metric.prometheus : `${metric.prometheus}_count`;
      const lines = text.split("\n").filter((line) => new RegExp(`^${series}[ {]`).test(line));
      expect(lines).toHaveLength(labelSets(metric).length);
      expect(lines.every((line) => line.endsWith(" 0"))).toBe(true);
    }
  });

  test("what was counted is shown under its labels", () => {
    const text = prometheusText(
      [sample("QueueSize", 7), sample("BreakerState", 2, { dependency: "llm" })],
      talliesOf([
        sample("JobsEnded", 3, { outcome: "failed" }),
        sample("JobsEnded", 1, { outcome: "failed" }),
        sample("JobFailure", 1),
      ]),
    );
    expect(text).toContain("\nsluice_queue_size 7\n");
    expect(text).toContain('\nsluice_breaker_state{dependency="llm"} 2\n');
    expect(text).toContain('\nsluice_jobs_ended_total{outcome="failed"} 4\n');
    expect(text).not.toContain("sluice_job_failure");
  });

  test("each bucket of a histogram holds all measurements up to its bound, whatever they are", () => {
    const seconds = fc.double({ min: 0, max: 50_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(seconds, { maxLength: 40 }), (measured) => {
        const samples = measured.map((value) => sample("QueueWait", value));
        const text = prometheusText([], talliesOf(samples));
        for (const bound of metricOf("QueueWait").buckets ?? []) {
          const within = measured.filter((value) => value <= bound).length;
          expect(lineOf(text, `sluice_queue_wait_seconds_bucket{le="${bound}"}`)).toMatch(
            new RegExp(` ${within}$`),
          );
        }
        for (const all of ['_bucket{le="+Inf"}', "_count"]) {
          expect(lineOf(text, `sluice_queue_wait_seconds${all}`)).toMatch(
            new RegExp(` ${measured.length}$`),
          );
        }
        const sum = Number(lineOf(text, "sluice_queue_wait_seconds_sum").split(" ")[1]);
        expect(sum).toBeCloseTo(
          measured.reduce((a, b) => a + b, 0),
          3,
        );
      }),
    );
  });
});
