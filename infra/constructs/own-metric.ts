import { Stack } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { type MetricName, metricsNamespace } from "../../lambdas/contract/calls/metrics.ts";

/** A metric of the catalogue, with the dimensions that `EmbeddedMetrics` uses. */
export function ownMetric(
  scope: Construct,
  metricName: MetricName,
  labels: Readonly<Record<string, string>>,
  how: Pick<cloudwatch.MetricProps, "statistic" | "period">,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service: Stack.of(scope).stackName, ...labels },
    ...how,
  });
}
