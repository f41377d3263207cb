/** One function per step, with exactly the rights that its `function.ts` declares. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { functions, type StepName, stepsOf } from "../../lambdas/functions.ts";
import { modelRights, rerankRights } from "../../lambdas/models/providers.ts";
import type { FunctionSpec } from "../../lambdas/platform/deploy/function-spec.ts";
import { parseSettings, settingNames } from "../../lambdas/platform/settings.ts";
import { vectorStoreEnvironment } from "../../lambdas/vectors/native-files.ts";
import type { StepBundles } from "../bundling/bundle.ts";
import type { Config } from "../config.ts";
import { explainWildcard } from "../explain.ts";
import { isSecret } from "../settings/secret-settings.ts";
import type { Data } from "./data.ts";
import { deploymentName } from "./deployment-name.ts";
import { grantAccess, grantModel } from "./grants.ts";
import type { Observability } from "./observability.ts";
import { ProviderKeys } from "./provider-keys.ts";
import { grantSources } from "./sources/source-grants.ts";
import type { Surroundings } from "./surroundings.ts";
import { checkVariables } from "./variables.ts";

const defaults = parseSettings({});

/**
 * Each end of a job wakes dispatch through the queue, and dispatch starts the job that ends next.
 * Lambda stops such a loop after 16 rounds unless a function in it allows it.
 */
const loops: ReadonlySet<StepName> = new Set([
  "dispatch",
  "finish",
  "sweep",
  // Wakes itself while work is left.
  "feed",
  // Sends itself a webhook again, up to 15 minutes later, until its next try is due.
  "deliver",
]);

export interface FunctionsProps {
  readonly config: Config;
  readonly data: Data;
  readonly observability: Observability;
  readonly bundles: StepBundles;
  readonly given: Surroundings;
}

export class Functions extends Construct {
  readonly #byStep = new Map<StepName, lambda.Function>();
  readonly #aliases = new Map<StepName, lambda.Alias>();
  readonly providerKeys: ProviderKeys;
  readonly #props: FunctionsProps;
  /** Missing outside of a VPC. */
  readonly #securityGroups: ec2.ISecurityGroup[] | undefined;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#props = props;
    this.providerKeys = new ProviderKeys(
      this,
      "ProviderKeys",
      props.config,
      props.given.encryptionKey,
    );
    this.#securityGroups = this.#groupsIn(props.given);
    for (const step of stepsOf(props.config.settings)) {
      const made = this.#function(step, functions[step].spec);
      this.#byStep.set(step, made);
      if (props.config.target.kind === "aws") this.#aliases.set(step, liveAlias(made));
    }

    // Search embeds its query through the function that holds the model.
    this.letInvoke("search", "embed", "SLUICE_EMBED_FUNCTION");
    // Chunking has no room for the vector store's library.
    this.letInvoke("chunk", "search", "SLUICE_SEARCH_FUNCTION");
    this.letInvoke("providers", "metadata", "SLUICE_METADATA_FUNCTION");
    this.letInvoke("providers", "embed", "SLUICE_EMBED_FUNCTION");
    this.letInvoke("reembed", "embed", "SLUICE_EMBED_FUNCTION");
    this.letInvoke("reindex", "reembed", "SLUICE_REEMBED_FUNCTION");
    this.letInvoke("sweep", "reembed", "SLUICE_REEMBED_FUNCTION");
    this.letInvoke("cancel", "finish", "SLUICE_FINISH_FUNCTION");
    // A removal cancels the jobs of its document.
    this.letInvoke("documents", "finish", "SLUICE_FINISH_FUNCTION");
    this.letInvoke("sweep", "finish", "SLUICE_FINISH_FUNCTION");
    // The page may connect only to the API and to this bucket.
    this.of("console").addEnvironment(
      "SLUICE_UPLOAD_ORIGIN",
      `https://${props.data.documents.bucketRegionalDomainName}`,
    );
  }

  /** Those that the settings need. */
  get steps(): readonly StepName[] {
    return [...this.#byStep.keys()];
  }

  of(step: StepName): lambda.Function {
    const found = this.#byStep.get(step);
    if (found === undefined) throw new Error(`There is no function for the step ${step}.`);
    return found;
  }

  /**
   * What callers call: on AWS the alias `live` of a published version, so that code and environment
   * change in one moment. Emulators call the function itself.
   */
  live(step: StepName): lambda.IFunction {
    return (this.aliasOf(step) as lambda.IFunction | undefined) ?? this.of(step);
  }

  /** Missing on emulators. */
  aliasOf(step: StepName): lambda.Alias | undefined {
    return this.#aliases.get(step);
  }

  letInvoke(caller: StepName, callee: StepName, variable: string): void {
    this.grantInvoke(callee, this.of(caller));
    // The CDK would cut an alias's name out of its ARN.
    const name = this.#aliases.get(callee)?.functionArn ?? this.of(callee).functionName;
    this.of(caller).addEnvironment(variable, name);
  }

  /**
   * With or without the alias: executions and calls that began before a deployment go on with the
   * name that they know (docs/upgrades.md).
   */
  grantInvoke(callee: StepName, caller: iam.IGrantable): void {
    this.#aliases.get(callee)?.grantInvoke(caller);
    this.of(callee).grantInvokeLatestVersion(caller);
  }

  #function(step: StepName, spec: FunctionSpec): lambda.Function {
    const { config, data, bundles, observability } = this.#props;
    const code = bundles[step];
    const logGroup = observability.logGroup(`${step}-logs`);
    // An own role: the managed policy for logs would allow all log groups of the account.
    const role = new iam.Role(this, `${step}-role`, {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      description: `Sluice: the step ${step}`,
    });
    logGroup.grantWrite(role);
    const { target } = config;
    const onAws = target.kind === "aws";
    const { timeoutSeconds, memoryMb } = { ...spec, ...spec.sizeOf?.(config.settings) };
    const made = new lambda.Function(this, step, {
      description: `Sluice: the step ${step}`,
      runtime:
        target.kind === "aws" || target.runtime === "nodejs"
          ? lambda.Runtime.NODEJS_24_X
          : lambda.Runtime.PROVIDED_AL2023,
      architecture: lambda.Architecture.X86_64,
      code: lambda.Code.fromAsset(code.archive, { assetHash: code.hash }),
      handler: code.handler,
      timeout: Duration.seconds(timeoutSeconds),
      memorySize: memoryMb,
      environment: this.#environment(spec),
      tracing: onAws ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
      logGroup,
      role,
      // Calls that run while a deployment moves the alias end on the version that they began with. A
      // deployment that is rolled back deletes its versions: Lambda makes no second one of the same
      // code, so the next deployment of it would fail.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      ...this.#network(role),
      ...(loops.has(step) ? { recursiveLoop: lambda.RecursiveLoop.ALLOW } : {}),
    });
    checkVariables(made);
    grantAccess(made, spec, data);
    if (spec.sources) grantSources(made, spec.sources, config.settings, data);
    for (const key of this.#keys()) key.grantEncryptDecrypt(made);
    if (spec.model) grantModel(made, modelRights(spec.model, config.settings));
    if (spec.reranks) grantModel(made, rerankRights(config.settings));
    if (spec.secret) this.providerKeys.secrets[spec.secret]?.grantRead(made);
    if (onAws) {
      const reason = "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources.";
      explainWildcard(role, "*", reason);
    }
    return made;
  }

  /** Those that encrypt what the functions read and write, a table or bucket that was given included. */
  #keys(): ReadonlySet<IKey> {
    const { encryptionKey, table, documentsBucket, vectorsBucket } = this.#props.given;
    const encrypted = [table, documentsBucket, vectorsBucket].map((one) => one?.encryptionKey);
    return new Set([encryptionKey, ...encrypted].filter((key) => key !== undefined));
  }

  /** One group for all functions: the CDK would make one for each. */
  #groupsIn({ vpc, securityGroups }: Surroundings): ec2.ISecurityGroup[] | undefined {
    if (vpc === undefined) return undefined;
    if (securityGroups !== undefined) return [...securityGroups];
    const group = new ec2.SecurityGroup(this, "SecurityGroup", {
      vpc,
      description: "Sluice: the functions call out, and nothing calls in",
      allowAllOutbound: true,
    });
    return [group];
  }

  /** The functions' place in a VPC, if there is one. */
  #network(role: iam.Role): Partial<lambda.FunctionProps> {
    const { vpc, vpcSubnets } = this.#props.given;
    if (vpc === undefined || this.#securityGroups === undefined) return {};
    role.addToPolicy(
      new iam.PolicyStatement({
        // Those of AWSLambdaVPCAccessExecutionRole that do not write logs.
        actions: [
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ],
        resources: ["*"],
      }),
    );
    explainWildcard(role, "*", "Lambda makes the network interfaces, whose names are not known.");
    return {
      vpc,
      vpcSubnets: vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: this.#securityGroups,
    };
  }

  #environment(spec: FunctionSpec): Record<string, string> {
    const { config, data } = this.#props;
    const hasSources = spec.sources !== undefined && config.settings.SOURCES !== undefined;
    const settings = settingNames
      .filter((name) => !isSecret(name))
      .filter((name) => name !== "SOURCES" || spec.sources !== undefined)
      .filter((name) => config.settings[name] !== undefined)
      // SOURCES takes up to 2,500 of the 4,096 bytes of a function's variables, and the defaults 1,000.
      .filter((name) => !hasSources || config.settings[name] !== defaults[name])
      .map((name) => [`SLUICE_${name}`, String(config.settings[name])] as const);
    const secret = spec.secret && this.providerKeys.secrets[spec.secret];
    return {
      ...Object.fromEntries(settings),
      // By its ARN: emulators resolve the name from the ARN before they know the ARN.
      ...(spec.secret && secret ? { [`SLUICE_${spec.secret}_SECRET`]: secret.secretArn } : {}),
      SLUICE_VERSION: config.version,
      SLUICE_STACK_NAME: deploymentName(this),
      SLUICE_TABLE_NAME: data.table.tableName,
      SLUICE_BUCKET_NAME: data.documents.bucketName,
      SLUICE_VECTORS_BUCKET: data.vectors.bucketName,
      SLUICE_JOBS_QUEUE_URL: data.jobsQueue.queueUrl,
      ...(spec.countsDeadLetters ? { SLUICE_DEAD_LETTERS_URL: data.deadLetters.queueUrl } : {}),
      ...(spec.queuesWebhooks ? { SLUICE_WEBHOOKS_QUEUE_URL: data.webhooks.queueUrl } : {}),
      SLUICE_EVENT_BUS_NAME: data.bus.eventBusName,
      ...(spec.vectors === "none" ? {} : vectorStoreEnvironment[config.settings.VECTOR_STORE]),
      NODE_OPTIONS: "--enable-source-maps",
    };
  }
}

function liveAlias(made: lambda.Function): lambda.Alias {
  const version = made.currentVersion as lambda.IVersion;
  return new lambda.Alias(made, "Live", { aliasName: "live", version });
}
