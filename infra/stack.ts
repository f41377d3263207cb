import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { StepBundles } from "./bundling/bundle.ts";
import type { Config } from "./config.ts";
import { Alarms } from "./constructs/alarms.ts";
import { Dashboard } from "./constructs/dashboard.ts";
import { Data } from "./constructs/data.ts";
import { Functions } from "./constructs/functions.ts";
import { HttpApi } from "./constructs/http-api.ts";
import { Observability } from "./constructs/observability.ts";
import { Sources } from "./constructs/sources.ts";
import { Workflow } from "./constructs/workflow.ts";
import { secretOutputs } from "./settings/deployed-settings.ts";
import { secretSettings } from "./settings/secret-settings.ts";

export interface SluiceStackProps {
  readonly config: Config;
  readonly bundles: StepBundles;
}

/** The whole stack: storage, steps, state machine and API. */
export class SluiceStack extends Stack {
  constructor(scope: Construct, id: string, { config, bundles }: SluiceStackProps) {
    super(scope, id, { description: "Sluice: bounded, resumable document ingestion" });
    const observability = new Observability(this, "Observability");
    const data = new Data(this, "Data", config);
    const functions = new Functions(this, "Functions", { config, data, observability, bundles });
    data.bus.grantPutEventsTo(functions.of("finish"));
    const { machine } = new Workflow(this, "Workflow", { config, data, functions, observability });
    const { hints } = new Sources(this, "Sources", { config, data, functions });
    // Keep this id: a new one would replace the API and change its address.
    const http = new HttpApi(this, "Intake", { config, functions, observability });
    new Dashboard(this, "Dashboard", { data, functions, machine, api: http.api });
    const { topic } = new Alarms(this, "Alarms", { settings: config.settings, data, functions });

    const account = config.target.kind === "aws" ? " --aws" : "";
    const stack = this.stackName === "Sluice" ? "" : `SLUICE_STACK=${this.stackName} `;
    const outputs: Record<string, readonly [value: string, description: string]> = {
      ApiUrl: [http.url, "The URL of the API: POST <ApiUrl>/ingest"],
      ApiId: [http.api.restApiId, "The id of the REST API"],
      UsagePlanId: [http.usagePlan.usagePlanId, "The usage plan of all API keys"],
      TableName: [data.table.tableName, "Jobs, gate, limiter, breaker, documents, answers"],
      DocumentsBucketName: [data.documents.bucketName, "Texts and batches"],
      VectorsBucketName: [data.vectors.bucketName, "The vector store"],
      StateMachineArn: [machine.stateMachineArn, "One execution per attempt of a job"],
      QueueUrl: [data.jobsQueue.queueUrl, "Wake-ups for dispatch"],
      DeadLettersUrl: [data.deadLetters.queueUrl, "Wake-ups that failed five times"],
      EventBusName: [data.bus.eventBusName, "job.completed, job.failed, job.cancelled"],
      AlarmTopicArn: [topic.topicArn, "Subscribe to this topic to receive alarms"],
      NextStep: [
        `${stack}npm run sluice -- keys create --tenant NAME${account}`,
        "Creates an API key for this deployment",
      ],
    };
    if (hints !== undefined) {
      outputs["SourceHintsUrl"] = [hints.queueUrl, "What may have changed in the sources' buckets"];
    }
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
