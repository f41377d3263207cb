import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { type MetricName, metricsNamespace } from "../../lambdas/contract/calls/metrics.ts";
import { deploymentName } from "./deployment-name.ts";

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
    dimensionsMap: { service: deploymentName(scope), ...labels },
    ...how,
  });
}
