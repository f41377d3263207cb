/** One function per step, with exactly the access that `steps.ts` gives it. */
import { Duration } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { type Settings, settingNames } from "../../lambdas/domain/settings.ts";
import type { StepBundles } from "../bundling/bundle.ts";
import type { Config } from "../config.ts";
import { explain, explainWildcard } from "../explain.ts";
import { type Access, type StepName, type StepSpec, stepNames, steps } from "../steps.ts";
import { type Data, tenantIndex } from "./data.ts";
import type { Observability } from "./observability.ts";

const tableReads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const tableActions: Record<Access, readonly string[]> = {
  none: [],
  read: tableReads,
  write: [...tableReads, "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
};
const objectActions: Record<Access, readonly string[]> = {
  none: [],
  read: ["s3:GetObject"],
  write: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
};

/** Settings whose values never stand in a template, nor in a function's configuration. */
const secretSettings = ["LLM_API_KEY", "EMBEDDINGS_API_KEY"] as const satisfies (keyof Settings)[];
type SecretSetting = (typeof secretSettings)[number];

export interface FunctionsProps {
  readonly config: Config;
  readonly data: Data;
  readonly observability: Observability;
  readonly bundles: StepBundles;
}

export class Functions extends Construct {
  readonly #byStep = new Map<StepName, lambda.Function>();
  /** Empty until `npm run deploy` puts the keys that it was given. */
  readonly secrets: Partial<Record<SecretSetting, Secret>> = {};
  readonly #props: FunctionsProps;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#props = props;
    for (const name of secretSettings) {
      if (props.config.settings[name] !== undefined) this.secrets[name] = this.#secret(name);
    }
    for (const step of stepNames) this.#byStep.set(step, this.#function(step, steps[step]));

    // Search embeds its query by the function that holds the model.
    this.letInvoke("search", "embed", "SLUICE_EMBED_FUNCTION");
    this.letInvoke("cancel", "finish", "SLUICE_FINISH_FUNCTION");
    this.letInvoke("sweep", "finish", "SLUICE_FINISH_FUNCTION");
  }

  of(step: StepName): lambda.Function {
    const found = this.#byStep.get(step);
    if (found === undefined) throw new Error(`There is no function for the step ${step}.`);
    return found;
  }

  letInvoke(caller: StepName, callee: StepName, variable: string): void {
    this.of(callee).grantInvokeLatestVersion(this.of(caller));
    this.of(caller).addEnvironment(variable, this.of(callee).functionName);
  }

  #function(step: StepName, spec: StepSpec): lambda.Function {
    const { config, bundles, observability } = this.#props;
    const code = bundles[step];
    const logGroup = observability.logGroup(`${step}-logs`);
    // An own role: the managed policy for logs would allow every log group of the account.
    const role = new iam.Role(this, `${step}-role`, {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      description: `Sluice: the step ${step}`,
    });
    logGroup.grantWrite(role);
    const onAws = config.target.kind === "aws";
    const made = new lambda.Function(this, step, {
      description: `Sluice: the step ${step}`,
      runtime: onAws ? lambda.Runtime.NODEJS_24_X : lambda.Runtime.PROVIDED_AL2023,
      architecture: lambda.Architecture.X86_64,
      code: lambda.Code.fromAsset(code.archive, { assetHash: code.hash }),
      handler: code.handler,
      timeout: Duration.seconds(spec.timeoutSeconds),
      memorySize: spec.memoryMb,
      environment: this.#environment(spec),
      tracing: onAws ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
      logGroup,
      role,
    });
    this.#grant(made, spec);
    explainWildcard(
      role,
      "*",
      "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources.",
    );
    return made;
  }

  #environment(spec: StepSpec): Record<string, string> {
    const { config, data } = this.#props;
    const settings = settingNames
      .filter((name) => !secretSettings.some((secret) => secret === name))
      .map((name) => [`SLUICE_${name}`, String(config.settings[name])] as const);
    const secret = spec.secret && this.secrets[spec.secret];
    return {
      ...Object.fromEntries(settings),
      ...(spec.secret && secret ? { [`SLUICE_${spec.secret}_SECRET`]: secret.secretName } : {}),
      SLUICE_VERSION: config.version,
      SLUICE_TABLE_NAME: data.table.tableName,
      SLUICE_BUCKET_NAME: data.documents.bucketName,
      SLUICE_VECTORS_BUCKET: data.vectors.bucketName,
      SLUICE_JOBS_QUEUE_URL: data.jobsQueue.queueUrl,
      SLUICE_EVENT_BUS_NAME: data.bus.eventBusName,
      NODE_OPTIONS: "--enable-source-maps",
    };
  }

  #grant(to: lambda.Function, spec: StepSpec): void {
    const { data } = this.#props;
    if (spec.table !== "none") {
      iam.Grant.addToPrincipal({
        grantee: to,
        actions: [...tableActions[spec.table]],
        resourceArns: [data.table.tableArn],
      });
    }
    if (spec.listsJobs) {
      iam.Grant.addToPrincipal({
        grantee: to,
        actions: ["dynamodb:Query"],
        resourceArns: [`${data.table.tableArn}/index/${tenantIndex}`],
      });
    }
    this.#grantObjects(to, data.documents, spec.documents);
    this.#grantObjects(to, data.vectors, spec.vectors);
    if (spec.wakes) data.jobsQueue.grantSendMessages(to);
    if (spec.secret) this.secrets[spec.secret]?.grantRead(to);
  }

  #grantObjects(to: lambda.Function, bucket: Bucket, access: Access): void {
    if (access === "none") return;
    const actions = [...objectActions[access]];
    iam.Grant.addToPrincipal({ grantee: to, actions, resourceArns: [bucket.arnForObjects("*")] });
    // Listing also makes S3 answer 404 for what is not there, instead of 403.
    iam.Grant.addToPrincipal({
      grantee: to,
      actions: ["s3:ListBucket"],
      resourceArns: [bucket.bucketArn],
    });
    explainWildcard(
      to.role ?? to,
      bucket.arnForObjects("*"),
      "Object names hold job ids and the vector store's own file names, which are not known at deploy time.",
    );
  }

  #secret(name: SecretSetting): Secret {
    const secret = new Secret(this, name, { description: `Sluice: SLUICE_${name}` });
    explain(
      secret,
      "AwsSolutions-SMG4",
      "The model provider issues this key and cannot be asked for a new one by a rotation function; `npm run deploy` replaces it.",
    );
    return secret;
  }
}
