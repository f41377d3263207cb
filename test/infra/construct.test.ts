import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { AttributeType, type ITable, Table } from "aws-cdk-lib/aws-dynamodb";
import { type IVpc, SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import { EventBus, type IEventBus } from "aws-cdk-lib/aws-events";
import { ManagedPolicy } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../infra/config.ts";
import { Deployment, type DeploymentProps } from "../../infra/deployment.ts";
import { checkedConfig } from "../../infra/settings/config-file.ts";
import { listed, statementsOf } from "../support/deployment/permissions.ts";
import {
  deployedSteps,
  emptyBundles,
  type Resource,
  resourcesOf,
  synthesize,
} from "../support/template.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-template-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Given = Omit<DeploymentProps, "config" | "bundles"> & Partial<Pick<DeploymentProps, "config">>;

/** In a stack of another app, beside its own resources. */
function foreign(given: (stack: Stack) => Given, stackName = "Foreign") {
  const app = new App({
    outdir: mkdtempSync(join(folder, "cdk.out")),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const stack = new Stack(app, "Foreign", { stackName });
  deploy(stack, "Ingest", given(stack));
  const { Resources } = Template.fromStack(stack).toJSON() as {
    Resources: Record<string, Resource>;
  };
  return { resources: Resources };
}

function deploy(stack: Stack, id: string, given: Given): Deployment {
  return new Deployment(stack, id, {
    config: readConfig({}),
    bundles: emptyBundles(folder),
    ...given,
  });
}

const encryptedBucket = (stack: Stack, id: string) =>
  new Bucket(stack, id, { encryptionKey: new Key(stack, `Of${id}`) }) as IBucket;

const properties = (template: { resources: Record<string, Resource> }, type: string) =>
  resourcesOf(template, type).map(([, { Properties }]) => Properties);

describe("the construct", () => {
  test("takes a bus and a topic that exist, instead of making its own", () => {
    const template = foreign((stack) => ({
      eventBus: new EventBus(stack, "Bus") as IEventBus,
      alarmTopic: new Topic(stack, "Alarms"),
    }));
    expect(resourcesOf(template, "AWS::Events::EventBus")).toHaveLength(1);
    expect(resourcesOf(template, "AWS::SNS::Topic")).toHaveLength(1);
    for (const { AlarmActions } of properties(template, "AWS::CloudWatch::Alarm")) {
      expect(JSON.stringify(AlarmActions)).toMatch(/"Alarms[0-9A-F]{8}"/);
    }
  });

  test("runs its functions in a VPC", () => {
    const template = foreign((stack) => ({
      vpc: new Vpc(stack, "Network", { maxAzs: 2 }) as IVpc,
    }));
    const functions = properties(template, "AWS::Lambda::Function").filter(
      ({ Description }) => typeof Description === "string" && Description.startsWith("Sluice:"),
    );
    expect(functions).toHaveLength(deployedSteps.length);
    const [[group] = [], ...others] = resourcesOf(template, "AWS::EC2::SecurityGroup");
    expect(others).toEqual([]);
    for (const { VpcConfig } of functions) {
      expect(VpcConfig).toMatchObject({
        SubnetIds: [{}, {}],
        SecurityGroupIds: [{ "Fn::GetAtt": [group, "GroupId"] }],
      });
    }
  });

  test("gives its functions the rights that Lambda needs in a VPC, and its own groups if there are any", () => {
    const template = foreign((stack) => {
      const vpc = new Vpc(stack, "Network", { maxAzs: 2 }) as IVpc;
      return { vpc, securityGroups: [new SecurityGroup(stack, "Own", { vpc })] };
    });
    const groups = resourcesOf(template, "AWS::EC2::SecurityGroup").map(([id]) => id);
    expect(groups).toEqual([expect.stringMatching(/^Own[0-9A-F]{8}$/)]);
    // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
    const needed = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ];
    const granted = resourcesOf(template, "AWS::IAM::Policy")
      .flatMap(([, policy]) => statementsOf(policy))
      .map(({ Action }) => listed(Action).filter((action) => action.startsWith("ec2:")))
      .filter((actions) => actions.length > 0);
    expect(granted).toHaveLength(deployedSteps.length);
    for (const actions of granted) expect(actions.toSorted()).toEqual(needed);
  });

  test("leaves room in a stack, whatever is chosen, as docs/construct.md says", () => {
    const sources = Array.from({ length: 20 }, (_, i) => ({
      name: `source-${i}`,
      tenant: "acme",
      bucket: `bucket-${i}`,
    }));
    const most = synthesize("aws", {
      SLUICE_SOURCES: JSON.stringify(sources),
      SLUICE_BACKUP: "daily",
      SLUICE_GRADUAL_DEPLOYS: "canary",
      SLUICE_LLM_API_KEY: "sk-llm",
      SLUICE_EMBEDDINGS_API_KEY: "sk-emb",
      SLUICE_RERANK_API_KEY: "sk-rerank",
    });
    const page = readFileSync(new URL("../../docs/construct.md", import.meta.url), "utf8");
    const [, usual, highest] = /has some (\d+) resources, at most (\d+)/.exec(page) ?? [];
    const count = (resources: object) => Object.keys(resources).length;
    expect(Math.abs(count(synthesize("aws").resources) - Number(usual))).toBeLessThan(10);
    // A group, a domain, a web ACL and an authorizer come on top.
    expect(count(most.resources) + 10).toBeLessThanOrEqual(Number(highest));
  });

  test("encrypts what it stores with the given key", () => {
    const template = foreign((stack) => ({ encryptionKey: new Key(stack, "Key") }));
    const [table] = properties(template, "AWS::DynamoDB::Table");
    expect(table?.["SSESpecification"]).toMatchObject({ SSEEnabled: true, SSEType: "KMS" });
    for (const { BucketEncryption } of properties(template, "AWS::S3::Bucket")) {
      expect(JSON.stringify(BucketEncryption)).toContain('"SSEAlgorithm":"aws:kms"');
    }
  });

  test("lets its functions use the keys of a table and of buckets that it is given", () => {
    const template = foreign((stack) => ({
      table: new Table(stack, "Items", {
        partitionKey: { name: "pk", type: AttributeType.STRING },
        sortKey: { name: "sk", type: AttributeType.STRING },
        encryptionKey: new Key(stack, "OfItems"),
      }) as ITable,
      documentsBucket: encryptedBucket(stack, "Texts"),
      vectorsBucket: encryptedBucket(stack, "Rows"),
    }));
    const usable = resourcesOf(template, "AWS::IAM::Policy")
      .filter(([id]) => id.startsWith("IngestFunctions"))
      .map(([, policy]) =>
        statementsOf(policy)
          .filter(({ Action }) => listed(Action).includes("kms:Decrypt"))
          .map(({ Resource }) => JSON.stringify(Resource).match(/Of(?:Items|Texts|Rows)/g)),
      );
    expect(usable).toHaveLength(deployedSteps.length);
    for (const keys of usable) {
      expect(new Set(keys.flat())).toEqual(new Set(["OfItems", "OfTexts", "OfRows"]));
    }
  });

  test("bounds all roles, tags all resources and keeps logs as long as told", () => {
    const template = foreign((stack) => ({
      permissionsBoundary: ManagedPolicy.fromManagedPolicyName(stack, "Boundary", "boundary"),
      tags: { team: "search" },
      logRetention: RetentionDays.ONE_WEEK,
    }));
    const roles = properties(template, "AWS::IAM::Role");
    expect(roles.length).toBeGreaterThan(deployedSteps.length);
    for (const { PermissionsBoundary, Tags } of roles) {
      expect(JSON.stringify(PermissionsBoundary)).toContain("policy/boundary");
      expect(Tags).toEqual([{ Key: "team", Value: "search" }]);
    }
    const kept = properties(template, "AWS::Logs::LogGroup").map((one) => one["RetentionInDays"]);
    expect(new Set(kept)).toEqual(new Set([7]));
  });

  test("has its own domain and a web ACL", () => {
    const webAclArn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/own/1";
    const template = foreign((stack) => ({
      webAclArn,
      domain: {
        name: "ingest.example.com",
        certificate: Certificate.fromCertificateArn(
          stack,
          "Certificate",
          "arn:aws:acm:eu-central-1:123456789012:certificate/1",
        ),
      },
    }));
    expect(properties(template, "AWS::ApiGateway::DomainName")).toMatchObject([
      { DomainName: "ingest.example.com", SecurityPolicy: "TLS_1_2" },
    ]);
    expect(properties(template, "AWS::ApiGateway::BasePathMapping")).toMatchObject([
      { BasePath: "v1" },
    ]);
    expect(properties(template, "AWS::WAFv2::WebACLAssociation")).toMatchObject([
      { WebACLArn: webAclArn },
    ]);
  });

  test("leaves the app's own stack room: one deployment has less than 400 of its 500 resources", () => {
    const count = Object.keys(foreign(() => ({})).resources).length;
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(400);
  });

  test("takes a provider's key from a secret that its app makes", () => {
    const template = foreign((stack) => {
      const { secretArn } = new Secret(stack, "ProviderKey");
      const settings = { METADATA_PROVIDER: "openai", LLM_API_KEY_SECRET_ARN: secretArn } as const;
      return { config: readConfig({}, checkedConfig(settings)) };
    });
    const [secret = ""] = resourcesOf(template, "AWS::SecretsManager::Secret").map(([id]) => id);
    const named = properties(template, "AWS::Lambda::Function").map(
      ({ Environment }) =>
        (Environment as { Variables: Record<string, unknown> }).Variables[
          "SLUICE_LLM_API_KEY_SECRET"
        ],
    );
    expect(named.filter((value) => value !== undefined)).toEqual([{ Ref: secret }]);
    const reading = resourcesOf(template, "AWS::IAM::Policy")
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Action }) => listed(Action).includes("secretsmanager:GetSecretValue"));
    expect(reading.map(({ Resource }) => Resource)).toEqual([{ Ref: secret }]);
  });

  test("names its bus by the deployment: two stacks of an app may have the same ids", () => {
    const busOf = (stackName: string) =>
      properties(
        foreign(() => ({ name: stackName }), stackName),
        "AWS::Events::EventBus",
      )[0]?.["Name"];
    expect([busOf("Docs-dev"), busOf("Docs-prod")]).toEqual([
      "Docs-dev-events",
      "Docs-prod-events",
    ]);
  });

  test("names its parts as it is told, so that two stacks may have names that others do not see", () => {
    const template = foreign(() => ({ name: "Library" }));
    const names = properties(template, "AWS::CloudWatch::Alarm").map(({ AlarmName }) =>
      String(AlarmName),
    );
    expect(names.every((name) => name.startsWith("Library-"))).toBe(true);
    const [dashboard] = properties(template, "AWS::CloudWatch::Dashboard");
    expect(dashboard?.["DashboardName"]).toBe("Library");
  });
});
