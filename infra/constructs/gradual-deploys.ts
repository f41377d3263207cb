/** Deployments of the API's functions by CodeDeploy: a tenth of the calls first, and back on errors. */
import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as codedeploy from "aws-cdk-lib/aws-codedeploy";
import * as iam from "aws-cdk-lib/aws-iam";
import { FilterPattern, type LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { explain } from "../explain.ts";
import { routes } from "../routes.ts";
import { deploymentName } from "./deployment-name.ts";
import type { Functions } from "./functions.ts";

/** Errors of a minute. One may be chance, for example a network that failed. */
const errorsThatReturn = 3;

/**
 * The steps of the pipeline change at once: their errors are retried, and a bad version shows as
 * failed jobs, later than a canary can wait.
 */
export class GradualDeploys extends Construct {
  constructor(scope: Construct, id: string, functions: Functions, accessLog: LogGroup) {
    super(scope, id);
    const application = new codedeploy.LambdaApplication(this, "Application");
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("codedeploy.amazonaws.com"),
    });
    explain(
      role,
      "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]",
      "CodeDeploy needs these rights to move aliases and to look at alarms, and AWS maintains the policy for it.",
    );
    const alarms = [this.#errorsOf(accessLog)];
    for (const step of new Set(routes.map((route) => route.step))) {
      const alias = functions.aliasOf(step);
      if (alias === undefined) continue;
      new codedeploy.LambdaDeploymentGroup(this, step, {
        application,
        role,
        alias,
        deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
        alarms,
      });
    }
  }

  /**
   * Requests that a function answered with 500, or did not answer. A full queue or a provider that is
   * down is answered with 503 and says nothing about the code.
   */
  #errorsOf(accessLog: LogGroup): cloudwatch.Alarm {
    const filter = accessLog.addMetricFilter("Errors", {
      filterPattern: FilterPattern.any(
        FilterPattern.stringValue("$.status", "=", "500"),
        FilterPattern.stringValue("$.status", "=", "502"),
        FilterPattern.stringValue("$.error", "=", "INTEGRATION_*"),
      ),
      metricNamespace: `${deploymentName(this)}/Api`,
      metricName: "Errors",
    });
    return new cloudwatch.Alarm(this, "Errors", {
      alarmName: `${deploymentName(this)}-NewVersionErrors`,
      alarmDescription:
        "The API answered with errors of its own, so a deployment that is under way is returned. See docs/upgrades.md.",
      metric: filter.metric({ statistic: "Sum", period: Duration.minutes(1) }),
      threshold: errorsThatReturn,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
