/** The log groups of all parts, and how long they are kept. */
import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/** As long as a failure may matter. The records of jobs are kept longer, for erasure. */
const defaultRetention = RetentionDays.ONE_MONTH;

export class Observability extends Construct {
  readonly #retention: RetentionDays;

  constructor(scope: Construct, id: string, retention: RetentionDays = defaultRetention) {
    super(scope, id);
    this.#retention = retention;
  }

  /**
   * One log group for each function, the state machine and the API, created by the stack: a group
   * that Lambda creates on first use never expires.
   */
  logGroup(of: string, logGroupName?: string): LogGroup {
    return new LogGroup(this, of, {
      retention: this.#retention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(logGroupName === undefined ? {} : { logGroupName }),
    });
  }
}
