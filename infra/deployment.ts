import { CfnOutput, Stack, Tags } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import { type IManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { StepBundles } from "./bundling/bundle.ts";
import type { Config } from "./config.ts";
import { Alarms } from "./constructs/alarms.ts";
import { Dashboard } from "./constructs/dashboard.ts";
import { Data } from "./constructs/data.ts";
import { deploymentName, nameDeployment } from "./constructs/deployment-name.ts";
import { Functions } from "./constructs/functions.ts";
import { GradualDeploys } from "./constructs/gradual-deploys.ts";
import { HttpApi } from "./constructs/http-api.ts";
import { Observability } from "./constructs/observability.ts";
import { Sources } from "./constructs/sources/sources.ts";
import type { Surroundings } from "./constructs/surroundings.ts";
import { Workflow } from "./constructs/workflow.ts";
import { secretOutputs, secretSettings } from "./settings/secret-settings.ts";

export interface DeploymentProps extends Surroundings {
  readonly config: Config;
  readonly bundles: StepBundles;
  /** Of alarms, dashboard, API and metrics. @default the stack's name */
  readonly name?: string;
  /** Of all roles. @default none */
  readonly permissionsBoundary?: IManagedPolicy;
  /** Of all resources. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Storage, steps, state machine and API. */
export class Deployment extends Construct {
  /** Without a trailing slash: `${url}/ingest`. */
  readonly url: string;
  readonly api: RestApi;
  readonly eventBus: IEventBus;
  readonly alarmTopic: ITopic;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: DeploymentProps) {
    super(scope, id);
    const { config, bundles, name, permissionsBoundary, tags = {}, ...given } = props;
    if (name !== undefined) nameDeployment(this, name);
    const observability = new Observability(this, "Observability", given.logRetention);
    const data = new Data(this, "Data", config, given);
    const parts = { config, data, observability, given };
    const functions = new Functions(this, "Functions", { ...parts, bundles });
    data.bus.grantPutEventsTo(functions.of("finish"));
    const { machine } = new Workflow(this, "Workflow", { ...parts, functions });
    const { hints } = new Sources(this, "Sources", { config, data, functions });
    // Keep this id: a new one would replace the API and change its address.
    const http = new HttpApi(this, "Intake", { ...parts, functions });
    if (config.settings.GRADUAL_DEPLOYS === "canary" && config.target.kind === "aws") {
      new GradualDeploys(this, "GradualDeploys", functions, http.accessLog);
    }
    if (config.settings.DASHBOARD === "on") {
      new Dashboard(this, "Dashboard", { data, functions, machine, api: http.api });
    }
    const alarms = new Alarms(this, "Alarms", {
      config,
      data,
      functions,
      ...(given.alarmTopic === undefined ? {} : { topic: given.alarmTopic }),
    });
    this.url = http.url;
    this.api = http.api;
    this.eventBus = data.bus;
    this.alarmTopic = alarms.topic;
    this.stateMachine = machine;
    if (permissionsBoundary !== undefined) PermissionsBoundary.of(this).apply(permissionsBoundary);
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
    this.#output(config, data, functions, http);
    if (hints !== undefined) {
      const description = "What may have changed in the sources' buckets";
      new CfnOutput(this, "SourceHintsUrl", { value: hints.queueUrl, description });
    }
  }

  /** The command line reads them. */
  #output(config: Config, data: Data, functions: Functions, http: HttpApi): void {
    const account = config.target.kind === "aws" ? " --aws" : "";
    const { AUTH } = config.settings;
    const { stackName } = Stack.of(this);
    const stack = stackName === "Sluice" ? "" : `SLUICE_STACK=${stackName} `;
    const outputs: Record<string, readonly [value: string, description: string]> = {
      DeploymentName: [deploymentName(this), "Alarms, dashboard and metrics are named by it"],
      ApiUrl: [http.url, "The URL of the API: POST <ApiUrl>/ingest"],
      ApiId: [http.api.restApiId, "The id of the REST API"],
      UsagePlanId: [http.usagePlan.usagePlanId, "The usage plan of all API keys"],
      TableName: [data.table.tableName, "Jobs, gate, limiter, breaker, documents, answers"],
      DocumentsBucketName: [data.documents.bucketName, "Texts and batches"],
      VectorsBucketName: [data.vectors.bucketName, "The vector store"],
      StateMachineArn: [this.stateMachine.stateMachineArn, "One execution per attempt of a job"],
      QueueUrl: [data.jobsQueue.queueUrl, "Wake-ups for dispatch"],
      DeadLettersUrl: [data.deadLetters.queueUrl, "Wake-ups that failed five times"],
      EventBusName: [data.bus.eventBusName, "job.completed, job.failed, job.cancelled"],
      AlarmTopicArn: [this.alarmTopic.topicArn, "Subscribe to this topic to receive alarms"],
      ...(AUTH === "key"
        ? {
            NextStep: [
              `${stack}npm run sluice -- keys create --tenant NAME${account}`,
              "Creates an API key for this deployment",
            ],
          }
        : {}),
      Auth: [AUTH, "How callers show who they are: docs/callers.md"],
    };
    for (const name of secretSettings) {
      const secret = functions.providerKeys.own[name];
      if (secret === undefined) continue;
      const how = "`npm run deploy` stores it";
      outputs[secretOutputs[name]] = [secret.secretArn, `The secret of SLUICE_${name}: ${how}`];
    }
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description });
    }
  }
}
