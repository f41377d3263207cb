/** Dashboards, alarms and alerts, held against what is emitted: nothing waits for a metric that nobody sends. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { alarms } from "../../infra/observability/alarms.ts";
import { grafanaDashboard } from "../../infra/observability/grafana.ts";
import { panels } from "../../infra/observability/panels.ts";
import { prometheusText } from "../../lambdas/accounting/prometheus.ts";
import {
  labelSets,
  type MetricName,
  metricNames,
  metricOf,
  metricsNamespace,
} from "../../lambdas/contract/calls/metrics.ts";
import { parseSettings } from "../../lambdas/platform/settings.ts";
import {
  type Resource,
  referred,
  resourcesOf,
  synthesize,
  type TargetName,
} from "../support/template.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const synthesized = synthesize("aws", { SLUICE_ALARM_EMAIL: "ops@example.com" });
const alerts = read("docs/prometheus/alerts.yml");
const alertTests = read("docs/prometheus/alerts.test.yml");
const runbook = read("docs/runbooks/alarms.md");

/** `Sluice JobsEnded outcome=failed service=Sluice` of all that is emitted to CloudWatch. */
const emitted = new Set(
  metricNames
    .filter((name) => metricOf(name).only !== "prometheus")
    .flatMap((name) =>
      labelSets(metricOf(name)).map((labels) =>
        seriesName(metricsNamespace, name, { service: "Sluice", ...labels }),
      ),
    ),
);

/** What AWS itself measures, by the names in its documentation of each service. */
const native: Readonly<Record<string, readonly string[]>> = {
  "AWS/SQS": ["ApproximateNumberOfMessagesVisible"],
  "AWS/Lambda": ["Errors", "Throttles", "Duration", "ConcurrentExecutions"],
  "AWS/States": [
    "ExecutionsStarted",
    "ExecutionsSucceeded",
    "ExecutionsFailed",
    "ExecutionsTimedOut",
  ],
  "AWS/ApiGateway": ["Count", "4XXError", "5XXError", "Latency"],
};

function seriesName(namespace: string, name: string, dimensions: Record<string, unknown>): string {
  const pairs = Object.entries(dimensions).map(([key, value]) => `${key}=${String(value)}`);
  return [namespace, name, ...pairs.toSorted()].join(" ");
}

function isMeasured(namespace: string, name: string, dimensions: Record<string, unknown>): boolean {
  return namespace === metricsNamespace
    ? emitted.has(seriesName(namespace, name, dimensions))
    : (native[namespace] ?? []).includes(name);
}

/** Every metric that a widget draws. */
function drawn(): { namespace: string; name: string; dimensions: Record<string, unknown> }[] {
  const [[, dashboard] = []] = resourcesOf(synthesized, "AWS::CloudWatch::Dashboard");
  const body = dashboard?.Properties["DashboardBody"] as { "Fn::Join": [string, unknown[]] };
  const text = body["Fn::Join"][1]
    .map((part) => (typeof part === "string" ? part : "TOKEN"))
    .join("");
  const { widgets } = JSON.parse(text) as { widgets: { properties: { metrics: unknown[][] } }[] };
  return widgets.flatMap(({ properties }) =>
    properties.metrics.map(([namespace, name, ...rest]) => {
      const pairs = rest.filter((part) => typeof part === "string");
      const dimensions = Object.fromEntries(
        pairs.flatMap((key, i) => (i % 2 === 0 ? [[key, pairs[i + 1]]] : [])),
      ) as Record<string, unknown>;
      return { namespace: String(namespace), name: String(name), dimensions };
    }),
  );
}

describe("the dashboard in CloudWatch", () => {
  test("draws nothing that nobody measures", () => {
    const lines = drawn();
    expect(lines.filter((one) => !isMeasured(one.namespace, one.name, one.dimensions))).toEqual([]);
    expect(lines.length).toBeGreaterThan(100);
  });

  test("draws everything that is emitted", () => {
    const shown = new Set(
      drawn().map((one) => seriesName(one.namespace, one.name, one.dimensions)),
    );
    expect([...emitted].filter((series) => !shown.has(series))).toEqual([]);
  });
});

describe("the dashboard in Grafana", () => {
  /** Every series that `/v1/metrics` can show. */
  const names = new Set(
    prometheusText(
      metricNames
        .filter((name) => metricOf(name).kind === "gauge")
        .flatMap((name) => labelSets(metricOf(name)).map((labels) => ({ name, labels, value: 1 }))),
      {},
    )
      .split("\n")
      .flatMap((line) => /^([a-z_]+)[ {]/.exec(line)?.[1] ?? []),
  );
  const used = (text: string) => [...text.matchAll(/\bsluice_[a-z_]+/g)].map(([name]) => name);

  test("is the file that is shipped: npm run grafana writes it anew", () => {
    expect(JSON.parse(read("docs/grafana/sluice.json"))).toEqual(grafanaDashboard());
  });

  test("asks for nothing that is not there, and for everything that is", () => {
    const asked = panels.flatMap(({ prometheus }) => prometheus.flatMap(({ expr }) => used(expr)));
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
    const answered = metricNames.map(metricOf).filter(({ only }) => only !== "cloudwatch");
    const unseen = answered.filter(
      ({ prometheus }) => !asked.some((name) => name.replace(/_bucket$/, "") === prometheus),
    );
    expect(unseen).toEqual([]);
  });

  test("alerts ask for nothing that is not there", () => {
    expect(used(alerts).length).toBeGreaterThan(5);
    expect(used(alerts).filter((name) => !names.has(name))).toEqual([]);
  });
});

/** The metric of an alarm on an expression stands deeper. */
function withMetric(alarm: Resource["Properties"]): Resource["Properties"] {
  const parts = (alarm["Metrics"] ?? []) as {
    Expression?: string;
    MetricStat?: { Metric: object; Stat: string; Period: number };
  }[];
  const stat = parts.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat;
  if (stat === undefined) return alarm;
  const expression = parts.find(({ Expression }) => Expression !== undefined)?.Expression;
  const { Stat: Statistic, Period, Metric } = stat;
  return { ...alarm, ...Metric, Statistic, Period, Expression: expression };
}

describe("alarms", () => {
  const made = resourcesOf(synthesized, "AWS::CloudWatch::Alarm").map(([, one]) =>
    withMetric(one.Properties),
  );
  const topics = resourcesOf(synthesized, "AWS::SNS::Topic");

  test("watch nothing that nobody measures", () => {
    const blind = made.filter(({ Namespace, MetricName, Dimensions }) => {
      const dimensions = (Dimensions as { Name: string; Value: unknown }[]).map(
        ({ Name, Value }) => [Name, Value] as const,
      );
      return !isMeasured(String(Namespace), String(MetricName), Object.fromEntries(dimensions));
    });
    expect(blind).toEqual([]);
    expect(made).toHaveLength(alarms(parseSettings({})).length);
  });

  test("have data every minute where silence would hide what they watch", () => {
    const silent = alarms(parseSettings({})).filter(({ source }) => {
      if (source.kind !== "own") return false;
      const { kind, zero } = metricOf(source.metric);
      return kind === "counter" && zero !== true;
    });
    // A share has no zero: without jobs nothing fails. Where no webhooks are sent, none is given up.
    expect(silent.map(({ name }) => name)).toEqual(["JobsFailing", "WebhooksGivenUp"]);
  });

  test("ring also when sweep, which sends what others watch, falls silent for five minutes, but not before its first run", () => {
    const silent = made.filter(({ TreatMissingData }) => TreatMissingData === "ignore");
    expect(silent).toEqual([
      expect.objectContaining({
        AlarmName: "Sluice-SweepSilent",
        Namespace: metricsNamespace,
        // Without any data there is nothing to fill, and the alarm stays as it is.
        Expression: "FILL(data, 0)",
        Statistic: "SampleCount",
        ComparisonOperator: "LessThanThreshold",
        Threshold: 1,
        Period: 60,
        EvaluationPeriods: 15,
        DatapointsToAlarm: 5,
      }),
    ]);
    // Sent by every sweep, be there work or none.
    expect(metricOf(silent[0]?.["MetricName"] as MetricName).kind).toBe("gauge");
    const others = made.filter((one) => !silent.includes(one));
    expect(
      others.filter(({ TreatMissingData, ComparisonOperator }) => {
        const atThreshold = ComparisonOperator === "GreaterThanOrEqualToThreshold";
        return TreatMissingData !== "notBreaching" || !atThreshold;
      }),
    ).toEqual([]);
  });

  test("notify the topic when they ring and when they stop, and may", () => {
    const [[topic] = []] = topics;
    const heard = made.map(({ AlarmActions, OKActions }) => [AlarmActions, OKActions]);
    const expected = [[{ Ref: topic }], [{ Ref: topic }]];
    expect(heard).toEqual(made.map(() => expected));
    const [[, policy] = []] = resourcesOf(synthesized, "AWS::SNS::TopicPolicy");
    expect(policy?.Properties["PolicyDocument"]).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: "Allow",
          Action: "sns:Publish",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
        }),
      ]) as unknown,
    });
  });

  test("write to the address in the settings, and to nobody without one", () => {
    const [[, subscription] = []] = resourcesOf(synthesized, "AWS::SNS::Subscription");
    expect(subscription?.Properties).toMatchObject({
      Protocol: "email",
      Endpoint: "ops@example.com",
    });
    expect(referred(subscription?.Properties["TopicArn"])).toBe(topics[0]?.[0]);
    expect(resourcesOf(synthesize("aws"), "AWS::SNS::Subscription")).toEqual([]);
  });

  test("watch the functions of sources where buckets are followed, and only there", () => {
    const names = (env: Record<string, string>) =>
      alarms(parseSettings(env)).map(({ name }) => name);
    const SLUICE_SOURCES = '[{"name":"docs","tenant":"acme","bucket":"files"}]';
    const more = names({ SLUICE_SOURCES }).filter((name) => !names({}).includes(name));
    expect(more).toEqual(["FunctionErrors-feed", "FunctionErrors-reconcile"]);
  });

  test("ring at the settings' own limits", () => {
    const set = alarms(
      parseSettings({ SLUICE_MAX_QUEUED: "7", SLUICE_COST_ALARM_USD_PER_HOUR: "3" }),
    );
    const threshold = (name: string) => set.find((one) => one.name === name)?.threshold;
    expect([threshold("QueueFull"), threshold("CostPerHour")]).toEqual([7, 3]);
  });
});

describe("the runbook", () => {
  const sections = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf("\n")), section] as const),
  );
  const alerted = [...alerts.matchAll(/runbook: (\w+)/g)].map(([, name]) => name ?? "");

  test("says of every alarm and alert what it means, what to look at and what to do", () => {
    const needed = new Set([...alarms(parseSettings({})).map((one) => one.runbook), ...alerted]);
    for (const name of needed) {
      const section = sections.get(name) ?? "";
      for (const part of ["**Meaning.**", "**Check.**", "**Do.**"]) {
        expect([name, section.includes(part)]).toEqual([name, true]);
      }
    }
    expect([...sections.keys()].filter((name) => !needed.has(name))).toEqual([]);
  });

  test("names panels that exist", () => {
    const titles = [...panels.map(({ title }) => title), ...widgetTitles()];
    const named = [...runbook.matchAll(/\*([A-Z][a-z]+[a-zA-Z ]*)\*/g)].map(
      ([, title]) => title ?? "",
    );
    const others = ["Targets", "ThrottledRequests"];
    const missing = named.filter(
      (title) => !others.includes(title) && !titles.some((one) => one.startsWith(title)),
    );
    expect(missing).toEqual([]);
  });
});

describe("alerts of Prometheus", () => {
  const anything = expect.any(String) as string;
  const promtool = (...args: string[]) => {
    const { status, stdout, stderr, error } = spawnSync("promtool", args, { encoding: "utf8" });
    if (error === undefined) return { status, output: stdout + stderr };
    throw new Error("There is no promtool. On Debian: apt-get install -y prometheus");
  };

  test("are rules that Prometheus reads", () => {
    const { status, output } = promtool("check", "rules", "docs/prometheus/alerts.yml");
    expect({ status, output }).toEqual({ status: 0, output: anything });
  });

  test("ring when they should and only then, each of them", () => {
    const { status, output } = promtool("test", "rules", "docs/prometheus/alerts.test.yml");
    expect({ status, output }).toEqual({ status: 0, output: anything });
    const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? "");
    const fired = (name: string) =>
      new RegExp(`alertname: ${name}\\n\\s+eval_time: \\w+\\n\\s+exp_alerts:`).test(alertTests);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !fired(name))).toEqual([]);
  });
});

test.each(["aws", "emulator"] as const satisfies TargetName[])(
  "traces are written where there is X-Ray: %s",
  (target) => {
    const { resources } = synthesize(target);
    const modes = Object.values(resources).flatMap(({ Type, Properties }) => {
      switch (Type) {
        case "AWS::Lambda::Function":
          return (Properties["TracingConfig"] as { Mode: string } | undefined)?.Mode === "Active";
        case "AWS::StepFunctions::StateMachine":
          return (
            (Properties["TracingConfiguration"] as { Enabled: boolean } | undefined)?.Enabled ===
            true
          );
        case "AWS::ApiGateway::Stage":
          return Properties["TracingEnabled"] === true;
        default:
          return [];
      }
    });
    expect(new Set(modes)).toEqual(new Set([target === "aws"]));
    expect(modes.length).toBeGreaterThan(15);
  },
);

function widgetTitles(): string[] {
  const [[, dashboard] = []] = resourcesOf(synthesized, "AWS::CloudWatch::Dashboard");
  return [...JSON.stringify(dashboard).matchAll(/title\\+":\\+"([^\\]+)/g)].map(
    ([, title]) => title ?? "",
  );
}
