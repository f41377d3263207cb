import { describe, expect, test } from "vitest";
import { routes } from "../../infra/routes.ts";
import { functions, type StepName } from "../../lambdas/functions.ts";
import { listed, permissionsByRole, statementsOf } from "../support/deployment/permissions.ts";
import { deployedSteps, referred, resourcesOf, synthesize } from "../support/template.ts";

const keys = { SLUICE_LLM_API_KEY: "sk-llm", SLUICE_EMBEDDINGS_API_KEY: "sk-emb" };
const aws = synthesize("aws", keys);

/**
 * Who may do what, and nobody else anything else. Written by hand: the stack
 * is held against what the steps are for, not against its own table.
 */
const items: Readonly<Record<string, { reads: readonly StepName[]; writes: readonly StepName[] }>> =
  {
    GATE: {
      reads: ["status", "health", "metrics"],
      writes: ["submit", "retry", "intake", "dispatch", "finish", "sweep", "feed"],
    },
    "JOB#*": { reads: ["status", "reconcile"], writes: writersOfJobs() },
    UNFINISHED: { reads: ["status", "reconcile"], writes: writersOfJobs() },
    // Documents and ledgers.
    "TENANT#*": {
      reads: ["usage"],
      writes: ["submit", "documents", "feed", "finish", "chunk", "store", "reembed"],
    },
    "WEBHOOKS#*": { reads: [], writes: ["finish", "webhooks", "deliver"] },
    "IDEMPOTENCY#*": { reads: [], writes: ["submit", "finish"] },
    ATTACHMENTS: { reads: [], writes: ["extract", "finish", "sweep"] },
    // Nobody writes keys but the person who makes them.
    "KEY#*": {
      reads: deployedSteps.filter(
        (step) => functions[step].folder.startsWith("http/") && isKeyed(step),
      ),
      writes: [],
    },
    "LIMITER#*": { reads: ["health", "metrics", "sweep"], writes: ["metadata", "embed"] },
    "BREAKER#*": { reads: ["status", "health", "metrics", "sweep"], writes: ["metadata", "embed"] },
    "ANSWER#*": { reads: ["reembed"], writes: ["metadata", "embed", "erase"] },
    ERASURE: { reads: [], writes: ["documents", "feed", "erase"] },
    "TALLIES#*": {
      reads: ["metrics"],
      writes: ["submit", "retry", "feed", "finish", "sweep", "metadata", "embed", "deliver"],
    },
    WATCH: { reads: ["metrics"], writes: ["sweep"] },
    // Of a document that is stored or removed, and of a run of maintain.
    "LEASE#*": {
      reads: [],
      writes: ["finish", "documents", "feed", "reconcile", "store", "maintain", "reembed"],
    },
    "COLLECTION#*": {
      reads: ["search", "documents", "feed", "maintain"],
      writes: ["store", "reembed"],
    },
    "REINDEX#*": { reads: ["sweep"], writes: ["reindex", "reembed"] },
    REINDEXES: { reads: ["sweep"], writes: ["reindex", "reembed"] },
    "BOOKMARK#*": { reads: [], writes: ["maintain"] },
    SOURCES: { reads: [], writes: ["sources", "feed", "reconcile"] },
    "OBJECTS#*": { reads: [], writes: ["sources", "feed", "reconcile"] },
  };

function writersOfJobs(): StepName[] {
  const http: StepName[] = ["submit", "retry", "cancel", "documents", "feed"];
  const tasks: StepName[] = ["extract", "chunk", "metadata", "embed", "store", "erase"];
  return [...http, "dispatch", "finish", "sweep", ...tasks];
}

function isKeyed(step: StepName): boolean {
  return routes.some((route) => route.step === step && !route.keyless);
}

const ofItems = (which: "reads" | "writes") => (step: StepName) =>
  Object.values(items).some(
    (kind) => kind.writes.includes(step) || (which === "reads" && kind.reads.includes(step)),
  );
const readers = deployedSteps.filter(ofItems("reads"));
const writers = deployedSteps.filter(ofItems("writes"));
const may: Readonly<Record<string, readonly StepName[]>> = {
  "dynamodb:GetItem on Table": readers,
  "dynamodb:BatchGetItem on Table": readers,
  "dynamodb:Query on Table": readers,
  "dynamodb:Query on Table/index/byTenant": ["status", "documents", "erase"],
  "dynamodb:Query on Table/index/bySourceState": ["sources", "feed", "reconcile"],
  "dynamodb:PutItem on Table": writers,
  "dynamodb:UpdateItem on Table": writers,
  "dynamodb:DeleteItem on Table": writers,

  // Uploads are what their tenants put there, and no step's but these two.
  "s3:GetObject on Documents/uploads/*": ["submit"],
  "s3:PutObject on Documents/uploads/*": ["uploads"],
  "s3:GetObject on Documents/jobs/*": [
    "documents",
    "submit",
    "feed",
    "extract",
    "chunk",
    "metadata",
    "embed",
    "store",
    "erase",
    "finish",
  ],
  // Finish queues the attachments of mails.
  "s3:PutObject on Documents/jobs/*": [
    "submit",
    "finish",
    "feed",
    "extract",
    "chunk",
    "metadata",
    "embed",
    "erase",
  ],
  "s3:DeleteObject on Documents/jobs/*": ["submit", "finish", "feed", "erase"],
  "s3:AbortMultipartUpload on Documents/jobs/*": ["submit", "finish", "feed", "erase"],
  "s3:ListBucket on Documents": [
    "documents",
    "submit",
    "finish",
    "feed",
    "extract",
    "chunk",
    "metadata",
    "embed",
    "store",
    "erase",
  ],

  "s3:GetObject on Vectors/*": ["search", "documents", "feed", "store", "maintain", "reembed"],
  "s3:ListBucket on Vectors": ["search", "documents", "feed", "store", "maintain", "reembed"],
  "s3:PutObject on Vectors/*": ["documents", "feed", "store", "maintain", "reembed"],
  "s3:DeleteObject on Vectors/*": ["documents", "feed", "store", "maintain", "reembed"],
  "s3:AbortMultipartUpload on Vectors/*": ["documents", "feed", "store", "maintain", "reembed"],

  "sqs:SendMessage on Jobs": ["submit", "retry", "feed", "finish", "sweep"],
  "sqs:GetQueueUrl on Jobs": ["dispatch"],
  "sqs:GetQueueAttributes on Jobs": ["dispatch"],
  "sqs:ReceiveMessage on Jobs": ["dispatch"],
  "sqs:DeleteMessage on Jobs": ["dispatch"],
  "sqs:ChangeMessageVisibility on Jobs": ["dispatch"],

  // Ends of executions that it could not process go where failed wake-ups go.
  "sqs:SendMessage on DeadLetters": ["finish"],
  "sqs:GetQueueUrl on DeadLetters": ["finish"],
  "sqs:GetQueueAttributes on DeadLetters": ["finish", "metrics"],

  "sqs:SendMessage on Webhooks": ["finish", "webhooks", "deliver"],
  "sqs:GetQueueUrl on Webhooks": ["deliver"],
  "sqs:GetQueueAttributes on Webhooks": ["deliver"],
  "sqs:ReceiveMessage on Webhooks": ["deliver"],
  "sqs:DeleteMessage on Webhooks": ["deliver"],
  "sqs:ChangeMessageVisibility on Webhooks": ["deliver"],

  "states:StartExecution on Ingest": ["dispatch", "sweep"],
  "states:DescribeExecution on executions": ["sweep", "cancel", "documents"],
  "states:StopExecution on executions": ["sweep", "cancel", "documents"],
  ...mayCall("finish", ["sweep", "cancel", "documents"]),
  ...mayCall("embed", ["search", "reembed", "providers"]),
  ...mayCall("metadata", ["providers"]),
  ...mayCall("reembed", ["reindex", "sweep"]),
  ...mayCall("search", ["chunk"]),
  "events:PutEvents on Events": ["finish"],

  "secretsmanager:GetSecretValue on LLMAPIKEY": ["metadata"],
  "secretsmanager:DescribeSecret on LLMAPIKEY": ["metadata"],
  "secretsmanager:GetSecretValue on EMBEDDINGSAPIKEY": ["embed"],
  "secretsmanager:DescribeSecret on EMBEDDINGSAPIKEY": ["embed"],

  "xray:PutTraceSegments on *": deployedSteps,
  "xray:PutTelemetryRecords on *": deployedSteps,
};

/** By its alias, and by the names that earlier releases know. */
function mayCall(step: StepName, callers: readonly StepName[]) {
  const names = [step, `${step}:$LATEST`, `${step}Live`];
  return Object.fromEntries(names.map((name) => [`lambda:InvokeFunction on ${name}`, callers]));
}

function functionRole(step: StepName): string | undefined {
  const [, fn] =
    resourcesOf(aws, "AWS::Lambda::Function").find(
      ([, { Properties }]) => Properties["Handler"] === `${step}/index.handler`,
    ) ?? [];
  return referred(fn?.Properties["Role"]);
}

/** What a step may do to its own log, and the machine's executions under one word. */
function permissionsOf(step: StepName): string[] {
  return [...(permissionsByRole(aws).get(functionRole(step) ?? "") ?? [])]
    .map((permission) => permission.replace(/ on arn:.*:execution:Ingest:\*$/, " on executions"))
    .toSorted();
}

test.each(deployedSteps)("%s may do what it is for, and nothing else", (step) => {
  const needed = Object.entries(may)
    .filter(([, steps]) => steps.includes(step))
    .map(([permission]) => permission);
  const ownLog = ["logs:CreateLogStream", "logs:PutLogEvents"].map((a) => `${a} on ${step}logs`);
  expect(permissionsOf(step)).toEqual([...needed, ...ownLog].toSorted());
});

test.each(["reads", "writes"] as const)(
  "each step %s its own kinds of items, and no others",
  (which) => {
    const found = new Map<string, string[]>();
    for (const [, policy] of resourcesOf(aws, "AWS::IAM::Policy")) {
      const step = deployedSteps.find(
        (name) => functionRole(name) === referred(listed(policy.Properties["Roles"])[0]),
      );
      if (step === undefined) continue;
      for (const { Action, Condition } of statementsOf(policy)) {
        const action = which === "reads" ? "dynamodb:GetItem" : "dynamodb:PutItem";
        if (!listed(Action).includes(action)) continue;
        const { "ForAllValues:StringLike": keys, Null: given } = Condition as Record<
          string,
          Record<string, string[]>
        >;
        expect(given).toEqual({ "dynamodb:LeadingKeys": "false" });
        for (const pattern of listed(keys?.["dynamodb:LeadingKeys"] ?? [])) {
          found.set(pattern, [...(found.get(pattern) ?? []), step]);
        }
      }
    }
    for (const [pattern, { reads, writes }] of Object.entries(items)) {
      const expected = which === "reads" ? [...reads, ...writes] : writes;
      expect({ pattern, steps: (found.get(pattern) ?? []).toSorted() }).toEqual({
        pattern,
        steps: expected.toSorted(),
      });
    }
    expect([...found.keys()].filter((pattern) => !(pattern in items))).toEqual([]);
  },
);

describe("policies", () => {
  const policies = ["AWS::IAM::Policy", "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"].flatMap(
    (type) => resourcesOf(aws, type),
  );
  const allowed = policies.flatMap(([id, policy]) =>
    statementsOf(policy)
      .filter(({ Effect }) => Effect === "Allow")
      .map((statement) => ({ id, ...statement })),
  );

  test("name each action they allow", () => {
    expect(allowed.length).toBeGreaterThan(deployedSteps.length);
    const wild = allowed.filter(({ Action }) => listed(Action).some((a) => a.includes("*")));
    expect(wild).toEqual([]);
  });

  test("allow everything at once only of services that know no resources", () => {
    const services = allowed
      .filter(({ Resource }) => listed(Resource).includes("*"))
      .flatMap(({ Action }) => listed(Action).map((action) => action.split(":")[0]));
    expect(new Set(services)).toEqual(new Set(["logs", "xray"]));
  });

  test("let the state machine call its six steps, write its log, and no more", () => {
    const [role] =
      resourcesOf(aws, "AWS::IAM::Role").find(([id]) => id.startsWith("WorkflowIngest")) ?? [];
    const permissions = [...(permissionsByRole(aws).get(role ?? "") ?? [])];
    const called = permissions
      .filter((permission) => permission.startsWith("lambda:InvokeFunction on "))
      .map((permission) => permission.slice("lambda:InvokeFunction on ".length))
      .filter((name) => !name.includes(":"));
    const tasks = ["chunk", "embed", "extract", "finish", "metadata", "store"];
    // Without the alias too: executions of an earlier release name the function itself.
    expect(called.toSorted()).toEqual(tasks.flatMap((task) => [task, `${task}Live`]));
    const others = permissions.filter((permission) => !permission.startsWith("lambda:"));
    expect(others.every((permission) => /^(logs|xray):\w+ on \*$/.test(permission))).toBe(true);
  });

  test("are the only ones: no role has one of AWS's own but the gateway's for logs", () => {
    const managed = resourcesOf(aws, "AWS::IAM::Role")
      .filter(([, { Properties }]) => Properties["ManagedPolicyArns"] !== undefined)
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ""));
    expect(managed).toEqual(["IntakeLogsRole"]);
  });
});

test("each function has a role of its own, which only Lambda may take", () => {
  const roles = resourcesOf(aws, "AWS::Lambda::Function").map(([, { Properties }]) =>
    referred(Properties["Role"]),
  );
  expect(new Set(roles).size).toBe(deployedSteps.length);
  for (const role of roles) {
    expect(JSON.stringify(aws.resources[role ?? ""]?.Properties["AssumeRolePolicyDocument"])).toBe(
      '{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}}],"Version":"2012-10-17"}',
    );
  }
});

describe("with sources", () => {
  const sources = synthesize("aws", {
    SLUICE_SOURCES: JSON.stringify([
      { name: "docs", tenant: "acme", bucket: "files", prefix: "shared/", attributes: "tags" },
      { name: "all", tenant: "acme", bucket: "other" },
    ]),
  });
  const ofBuckets = [...permissionsByRole(sources)].flatMap(([role, permissions]) =>
    [...permissions]
      .filter((permission) => permission.includes(":s3:::"))
      .map((permission) => `${role.replace(/^Functions|role.*$/g, "")}: ${permission}`),
  );

  test("two steps may read exactly the named buckets and prefixes, and write none", () => {
    const at = (what: string) => `arn:AWS::Partition:s3:::${what}`;
    const each = [
      `s3:ListBucket on ${at("files")}`,
      `s3:GetObject on ${at("files/shared/*")}`,
      `s3:GetObjectTagging on ${at("files/shared/*")}`,
      `s3:ListBucket on ${at("other")}`,
      `s3:GetObject on ${at("other/*")}`,
    ];
    const expected = ["feed", "reconcile"].flatMap((step) => each.map((one) => `${step}: ${one}`));
    expect(ofBuckets.toSorted()).toEqual(expected.toSorted());
  });

  test("a bucket with a prefix may be listed below it only", () => {
    const listing = resourcesOf(sources, "AWS::IAM::Policy")
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Resource }) => JSON.stringify(Resource).includes(':s3:::files"'));
    expect(listing).toHaveLength(2);
    for (const { Condition } of listing) {
      expect(Condition).toEqual({ StringLike: { "s3:prefix": "shared/*" } });
    }
  });

  test("events of the named buckets and prefixes reach the queue, and so do ends of jobs", () => {
    const [queue] =
      resourcesOf(sources, "AWS::SQS::Queue").find(([id]) => id.startsWith("SourcesHints")) ?? [];
    const patterns = resourcesOf(sources, "AWS::Events::Rule")
      .filter(([, rule]) => JSON.stringify(rule.Properties["Targets"]).includes(queue ?? "?"))
      .map(([, rule]) => rule.Properties["EventPattern"] as { detail?: unknown } | undefined);
    expect(patterns.map((pattern) => pattern?.detail)).toEqual([
      { bucket: { name: ["files"] }, object: { key: [{ prefix: "shared/" }] } },
      { bucket: { name: ["other"] } },
      undefined,
      undefined,
    ]);
  });

  test("only the steps of sources know them", () => {
    const knowing = resourcesOf(sources, "AWS::Lambda::Function")
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes("SLUICE_SOURCES"))
      .map(([, { Properties }]) => String(Properties["Handler"]).replace("/index.handler", ""));
    expect(knowing.toSorted()).toEqual(["feed", "reconcile", "sources"]);
  });
});

test("without sources nothing listens, and nobody may read a bucket of the user's", () => {
  const queues = resourcesOf(aws, "AWS::SQS::Queue").map(([id]) => id);
  expect(queues.filter((id) => id.startsWith("Sources"))).toEqual([]);
  expect(JSON.stringify(aws.template.toJSON())).not.toContain(":s3:::");
});

describe("with Bedrock", () => {
  const bedrock = synthesize("aws", {
    SLUICE_METADATA_PROVIDER: "bedrock",
    SLUICE_LLM_MODEL: "eu.amazon.nova-lite-v1:0",
    SLUICE_EMBEDDINGS_PROVIDER: "bedrock",
    SLUICE_RERANK_PROVIDER: "bedrock",
    SLUICE_BEDROCK_REGION: "eu-west-1",
  });
  const models = [...permissionsByRole(bedrock)].flatMap(([role, permissions]) =>
    [...permissions]
      .filter((permission) => permission.startsWith("bedrock:"))
      .map((permission) => `${role.replace(/^Functions|role.*$/g, "")}: ${permission}`),
  );

  test("each of the three steps may call its own model, and nothing else of it", () => {
    const name = (model: string) => `bedrock:InvokeModel on arn:AWS::Partition:bedrock:${model}`;
    expect(models.toSorted()).toEqual([
      `embed: ${name("eu-west-1::foundation-model/amazon.titan-embed-text-v2:0")}`,
      `metadata: ${name("*::foundation-model/amazon.nova-lite-v1:0")}`,
      `metadata: ${name("eu-west-1:AWS::AccountId:inference-profile/eu.amazon.nova-lite-v1:0")}`,
      `search: ${name("eu-west-1::foundation-model/cohere.rerank-v3-5:0")}`,
    ]);
  });

  test("a profile's model may be called through the profile only", () => {
    const wide = resourcesOf(bedrock, "AWS::IAM::Policy")
      .flatMap(([, policy]) => statementsOf(policy))
      .filter((statement) => JSON.stringify(statement.Resource).includes(":bedrock:*::"));
    expect(wide).toHaveLength(1);
    expect(JSON.stringify(wide[0]?.Condition)).toContain("inference-profile/eu.amazon.nova-lite");
  });
});
