/** Where the parts write their logs, and how long that is kept. */
import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/** As long as terminal jobs are kept: a job that can be asked for can be looked into. */
const retention = RetentionDays.ONE_MONTH;

export class Observability extends Construct {
  /**
   * One group per function, the machine and the API, made by the stack itself:
   * a group that Lambda makes on first use keeps its lines for ever.
   */
  logGroup(of: string, logGroupName?: string): LogGroup {
    return new LogGroup(this, of, {
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(logGroupName === undefined ? {} : { logGroupName }),
    });
  }
}
