import { describe, expect, test } from "vitest";
import { statementsOf } from "../support/deployment/permissions.ts";
import { referred, resourcesOf, synthesize } from "../support/template.ts";

/** As many sources as may be, in buckets with names of the longest kind. */
const sources = Array.from({ length: 20 }, (_, i) => ({
  name: `source-${i}`,
  tenant: "acme",
  bucket: `${"b".repeat(60)}-${i}`,
}));

/** An ARN as it is when it is deployed, in the region with the longest name. */
function deployedLength(part: unknown): number {
  const text = JSON.stringify(part, (_, value: unknown) =>
    referred(value) === undefined && !isJoin(value) ? value : "x".repeat(160),
  );
  return Buffer.byteLength(text);
}

function isJoin(value: unknown): boolean {
  return typeof value === "object" && value !== null && "Fn::Join" in value;
}

describe("with as many sources as may be", () => {
  const aws = synthesize("aws", { SLUICE_SOURCES: JSON.stringify(sources) });
  const policies = resourcesOf(aws, "AWS::SQS::QueuePolicy");

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
  test.each(policies)("SQS takes the policy of the queue %s", (_, policy) => {
    const statements = statementsOf(policy);
    expect(statements.length).toBeLessThanOrEqual(20);
    const conditions = statements.flatMap(({ Condition = {} }) =>
      Object.values(Condition as Record<string, object>).flatMap((keys) => Object.keys(keys)),
    );
    expect(conditions.length).toBeLessThanOrEqual(10);
    expect(deployedLength(policy.Properties["PolicyDocument"])).toBeLessThanOrEqual(8_192);
  });

  test("rules of this account may send hints, and no other rule may", () => {
    const [hints] =
      resourcesOf(aws, "AWS::SQS::Queue").find(([id]) => id.startsWith("SourcesHints")) ?? [];
    const [, policy] =
      policies.find(([, { Properties }]) =>
        JSON.stringify(Properties["Queues"]).includes(`"${hints}"`),
      ) ?? [];
    const allowed =
      policy === undefined ? [] : statementsOf(policy).filter(({ Effect }) => Effect === "Allow");
    expect(allowed).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: { "Fn::GetAtt": [hints, "Arn"] },
        Condition: {
          StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
          ArnLike: { "aws:SourceArn": expect.anything() as unknown },
        },
      },
    ]);
    expect(JSON.stringify(allowed)).toContain(':rule/*"');
    const rules = resourcesOf(aws, "AWS::Events::Rule").filter(([, { Properties }]) =>
      JSON.stringify(Properties["Targets"]).includes(`"Fn::GetAtt":["${hints}","Arn"]`),
    );
    // One for each source, the ends of jobs, and each minute.
    expect(rules).toHaveLength(sources.length + 2);
  });
});
