/** The dashboard in CloudWatch: Sluice's own panels, then the metrics of the AWS services. */
import { Duration } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { labelSets, metricOf } from "../../lambdas/contract/calls/metrics.ts";
import { type Panel, panels } from "../observability/panels.ts";
import type { Data } from "./data.ts";
import { deploymentName } from "./deployment-name.ts";
import type { Functions } from "./functions.ts";
import { ownMetric } from "./own-metric.ts";

export interface DashboardProps {
  readonly data: Data;
  readonly functions: Functions;
  readonly machine: StateMachine;
  readonly api: RestApi;
}

const size = { width: 8, height: 6 } as const;
const period = Duration.minutes(5);

export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const drawn = panels.filter(({ cloudWatch }) => cloudWatch.length > 0);
    new cloudwatch.Dashboard(this, "Dashboard", {
      dashboardName: deploymentName(this),
      widgets: rowsOf([...drawn.map((panel) => this.#own(panel)), ...this.#ofServices(props)]),
    });
  }

  #own({ title, cloudWatch }: Panel): cloudwatch.GraphWidget {
    const left = cloudWatch.flatMap(({ metric, statistic }) =>
      labelSets(metricOf(metric)).map((labels) =>
        ownMetric(this, metric, labels, { statistic, period }).with({
          label: [...Object.values(labels), metric, statistic].join(" "),
        }),
      ),
    );
    return new cloudwatch.GraphWidget({ title, left, ...size });
  }

  #ofServices({ data, functions, machine, api }: DashboardProps): cloudwatch.GraphWidget[] {
    const ofFunctions = (metricName: string, statistic: string) =>
      functions.steps.map((step) =>
        functions.of(step).metric(metricName, { statistic, period, label: step }),
      );
    const graph = (title: string, left: cloudwatch.IMetric[]) =>
      new cloudwatch.GraphWidget({ title, left, ...size });
    return [
      graph("Dead letters", [
        data.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period }),
      ]),
      graph("Requests and errors", [
        api.metricCount({ statistic: "Sum", period }),
        api.metricClientError({ statistic: "Sum", period }),
        api.metricServerError({ statistic: "Sum", period }),
      ]),
      graph("Latency of requests", [
        api.metricLatency({ statistic: "p50", period }),
        api.metricLatency({ statistic: "p95", period }),
      ]),
      graph("Executions", [
        machine.metricStarted({ statistic: "Sum", period }),
        machine.metricSucceeded({ statistic: "Sum", period }),
        machine.metricFailed({ statistic: "Sum", period }),
        machine.metricTimedOut({ statistic: "Sum", period }),
      ]),
      graph("Errors of functions", ofFunctions("Errors", "Sum")),
      graph("Throttles of functions", ofFunctions("Throttles", "Sum")),
      graph("Duration of functions (p95)", ofFunctions("Duration", "p95")),
      graph("Concurrency of functions", ofFunctions("ConcurrentExecutions", "Maximum")),
    ];
  }
}

/** Three graphs in a row. */
function rowsOf(widgets: readonly cloudwatch.IWidget[]): cloudwatch.IWidget[][] {
  return Array.from({ length: Math.ceil(widgets.length / 3) }, (_, row) =>
    widgets.slice(row * 3, row * 3 + 3),
  );
}
