import { type App, Stack, Validations } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { describe, expect, test, vi } from "vitest";
import { synthesizeApp, type TargetName } from "../support/template.ts";

const keys = { SLUICE_LLM_API_KEY: "sk-llm", SLUICE_EMBEDDINGS_API_KEY: "sk-emb" };
const secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rerank-AbCdEf";
const sources = [
  { name: "docs", tenant: "acme", bucket: "files", prefix: "shared/", attributes: "tags" },
  { name: "all", tenant: "acme", bucket: "other" },
];
const apps: Readonly<Record<TargetName, App>> = {
  aws: synthesizeApp("aws", {
    ...keys,
    SLUICE_RERANK_API_KEY_SECRET_ARN: secretArn,
    SLUICE_BACKUP: "daily",
    SLUICE_GRADUAL_DEPLOYS: "canary",
    SLUICE_SOURCES: JSON.stringify(sources),
  }).app,
  emulator: synthesizeApp("emulator", keys).app,
};
const targets = Object.keys(apps) as TargetName[];

/** `AwsSolutions-S1 at Sluice/Data/Documents/Resource`: what the rules find, unless it is explained. */
function findings(pack: AwsSolutionsChecks, scope: IConstruct): string[] {
  return pack
    .validateScope(scope)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    );
}

/** What they find, explained or not. */
function allFindings(scope: IConstruct): string[] {
  const pack = new AwsSolutionsChecks();
  vi.spyOn(pack, "isAcknowledged" as "validate").mockReturnValue(false as never);
  return findings(pack, scope);
}

interface Explanation {
  readonly rule: string;
  readonly path: string;
  readonly reason: string;
}

function explanations(app: App): Explanation[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, string>).map(([id, reason]) => ({
          rule: id.replace(/^annotation::/i, ""),
          path: node.path,
          reason,
        })),
      ),
  );
}

describe.each(targets)("by the rules of AwsSolutions, the stack on %s", (target) => {
  const app = apps[target];

  test("fails when a finding is neither repaired nor explained", () => {
    expect(findings(new AwsSolutionsChecks(), app)).toEqual([]);
  });

  test("fails when an explanation gives no reason", () => {
    const given = explanations(app);
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter(({ reason }) => !/^[A-Z].{20,}\.$/.test(reason))).toEqual([]);
  });

  test("fails when an explanation explains nothing, as it would hide a later finding", () => {
    const found = allFindings(app);
    const idle = explanations(app).filter(
      ({ rule, path }) => !found.some((finding) => finding.startsWith(`${rule} at ${path}`)),
    );
    expect(idle).toEqual([]);
  });
});

test("fails when a bucket is added that anybody may read over plain HTTP", () => {
  const { app, stack } = synthesizeApp("aws");
  const { node } = new Bucket(new Stack(app, "Other"), "Open");
  expect(findings(new AwsSolutionsChecks(), app)).toContain(
    `AwsSolutions-S10 at ${node.path}/Resource`,
  );
  expect(findings(new AwsSolutionsChecks(), stack)).toEqual([]);
});
