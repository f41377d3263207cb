import { describe, expect, test } from "vitest";
import { labelSets, metricNames, metricOf } from "../../../lambdas/contract/calls/metrics.ts";

describe("the catalogue of metrics", () => {
  test("names are what CloudWatch and Prometheus ask for, and none is given twice", () => {
    const prometheus = metricNames.map((name) => metricOf(name).prometheus);
    expect(new Set(prometheus).size).toBe(metricNames.length);
    for (const name of metricNames) expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    for (const name of metricNames.filter((one) => metricOf(one).only !== "cloudwatch")) {
      const { prometheus: snake, kind, unit } = metricOf(name);
      expect(snake).toMatch(/^sluice_[a-z_]+$/);
      expect([name, snake.endsWith("_total")]).toEqual([name, kind === "counter"]);
      expect([name, snake.endsWith("_seconds")]).toEqual([name, unit === "Seconds"]);
    }
  });

  test("no label can have more values than a few, and none tells of a tenant, a job or a document", () => {
    for (const name of metricNames) {
      expect(labelSets(metricOf(name)).length).toBeLessThanOrEqual(24);
      for (const label of Object.keys(metricOf(name).labels)) {
        expect(["stage", "dependency", "code", "outcome", "kind", "reason", "to"]).toContain(label);
      }
    }
  });

  test("a histogram's bounds rise, so that buckets can be added up", () => {
    for (const name of metricNames) {
      const { kind, buckets } = metricOf(name);
      expect([name, buckets !== undefined]).toEqual([name, kind === "histogram"]);
      expect(buckets ?? []).toEqual([...new Set(buckets)].sort((a, b) => a - b));
    }
  });

  test("an idle deployment sends no more metrics than CloudWatch gives away", () => {
    const kept = metricNames.filter((name) => {
      const { kind, only, zero } = metricOf(name);
      return only !== "prometheus" && (kind === "gauge" || zero === true);
    });
    const series = kept.flatMap((name) => labelSets(metricOf(name)));
    expect(series.length).toBeLessThanOrEqual(10);
  });
});
