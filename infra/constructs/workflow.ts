/** The state machine, and the triggers of dispatch, finish, sweep and maintain. */
import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { StepName } from "../../lambdas/functions.ts";
import type { Config } from "../config.ts";
import { ingestDefinition } from "../definition.ts";
import { explain, explainWildcard } from "../explain.ts";
import type { Data } from "./data.ts";
import { deploymentName } from "./deployment-name.ts";
import type { Functions } from "./functions.ts";
import type { Observability } from "./observability.ts";
import { onlyNow } from "./only-now.ts";

/** The steps that the definition calls, by the name of their `${…FunctionArn}`. */
const tasks = {
  ExtractFunctionArn: "extract",
  ChunkFunctionArn: "chunk",
  MetadataFunctionArn: "metadata",
  EmbedFunctionArn: "embed",
  StoreFunctionArn: "store",
  FinishFunctionArn: "finish",
} as const satisfies Record<string, StepName>;

/** Steps that run by the clock. */
const scheduled = ["sweep", "maintain", "erase"] as const satisfies readonly StepName[];

export interface WorkflowProps {
  readonly config: Config;
  readonly data: Data;
  readonly functions: Functions;
  readonly observability: Observability;
}

export class Workflow extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(
    scope: Construct,
    id: string,
    { config, data, functions, observability }: WorkflowProps,
  ) {
    super(scope, id);
    const onAws = config.target.kind === "aws";
    this.machine = new sfn.StateMachine(this, "Ingest", {
      comment: "One execution per attempt of a job, named jobId-attempt",
      definitionBody: sfn.DefinitionBody.fromString(ingestDefinition(config.settings)),
      definitionSubstitutions: Object.fromEntries(
        Object.entries(tasks).map(([name, step]) => [name, functions.live(step).functionArn]),
      ),
      logs: {
        // The prefix keeps the account's log resource policy within its size limit.
        destination: observability.logGroup(
          "machine-logs",
          `/aws/vendedlogs/states/${deploymentName(this)}`,
        ),
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
      tracingEnabled: onAws,
    });
    if (!onAws) explain(this.machine, "AwsSolutions-SF2", "Emulators have no X-Ray.");
    explainWildcard(
      this.machine.role,
      "*",
      "Log delivery and X-Ray do not support resource-level permissions.",
    );
    for (const step of new Set(Object.values(tasks))) {
      functions.grantInvoke(step, this.machine);
    }
    this.#letDrive(functions);
    this.#letName(functions);

    functions.live("dispatch").addEventSource(
      new SqsEventSource(data.jobsQueue, {
        // A message is only a wake-up: one read of the gate serves all ten.
        batchSize: 10,
        maxConcurrency: 2,
        reportBatchItemFailures: true,
      }),
    );
    functions.live("deliver").addEventSource(
      new SqsEventSource(data.webhooks, {
        // A receiver that hangs holds up no other webhook.
        batchSize: 1,
        maxConcurrency: 5,
      }),
    );
    new events.Rule(this, "ExecutionEnded", {
      description: "Tells finish of every execution's end",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [this.machine.stateMachineArn],
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
      targets: [
        new targets.LambdaFunction(functions.live("finish"), { deadLetterQueue: data.deadLetters }),
      ],
    });
    // Lambda takes the event over; an end that three runs could not process is kept for a look.
    functions
      .live("finish")
      .configureAsyncInvoke({ onFailure: new SqsDestination(data.deadLetters) });
    for (const step of scheduled) functions.live(step).configureAsyncInvoke(onlyNow);
    new events.Rule(this, "EveryMinute", {
      description: "Runs sweep",
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [new targets.LambdaFunction(functions.live("sweep"), onlyNow)],
    });
    new events.Rule(this, "EveryTenMinutes", {
      description: "Keeps searches fast",
      schedule: events.Schedule.rate(Duration.minutes(10)),
      targets: [new targets.LambdaFunction(functions.live("maintain"), onlyNow)],
    });
    new events.Rule(this, "EveryHour", {
      description: "Erases what removed documents leave behind",
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(functions.live("erase"), onlyNow)],
    });
  }

  /** Operators are shown the execution of a job. */
  #letName(functions: Functions): void {
    functions.of("status").addEnvironment("SLUICE_STATE_MACHINE_ARN", this.machine.stateMachineArn);
  }

  /** Grants the right to start, describe and stop executions. */
  #letDrive(functions: Functions): void {
    // If StopExecution fails, describe the execution: a queued job has none.
    const lookAndStop = ["states:DescribeExecution", "states:StopExecution"];
    const may = {
      dispatch: { starts: true, executions: [] },
      sweep: { starts: true, executions: lookAndStop },
      cancel: { starts: false, executions: lookAndStop },
      documents: { starts: false, executions: lookAndStop },
    } as const satisfies Partial<Record<StepName, unknown>>;
    const runs = Stack.of(this).formatArn({
      service: "states",
      resource: "execution",
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      resourceName: `${this.machine.stateMachineName}:*`,
    });
    for (const step of Object.keys(may) as (keyof typeof may)[]) {
      const driver = functions.of(step);
      const { starts, executions } = may[step];
      driver.addEnvironment("SLUICE_STATE_MACHINE_ARN", this.machine.stateMachineArn);
      if (starts) this.machine.grantStartExecution(driver);
      if (executions.length === 0) continue;
      iam.Grant.addToPrincipal({ grantee: driver, actions: [...executions], resourceArns: [runs] });
      explainWildcard(
        driver.role ?? driver,
        runs,
        "The executions of this one state machine; their names are created at run time.",
      );
    }
  }
}
