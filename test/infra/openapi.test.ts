import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../infra/config.ts";
import { SluiceStack } from "../../infra/stack.ts";
import { stepNames } from "../../infra/steps.ts";
import { operations } from "../../lambdas/openapi/operations.ts";

interface Resource {
  readonly Properties: {
    readonly PathPart?: string;
    readonly ParentId?: { readonly Ref?: string };
    readonly ResourceId?: { readonly Ref?: string };
    readonly HttpMethod?: string;
    readonly ApiKeyRequired?: boolean;
  };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-template-"));
  writeFileSync(join(folder, "code.zip"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `METHOD /path keyed?` of every method in the template. */
function deployedCalls(): string[] {
  const bundles = Object.fromEntries(
    stepNames.map((step) => [
      step,
      { archive: join(folder, "code.zip"), hash: step, handler: "index.handler" },
    ]),
  ) as ConstructorParameters<typeof SluiceStack>[2]["bundles"];
  const stack = new SluiceStack(new App(), "Sluice", { config: readConfig({}), bundles });
  const template = Template.fromStack(stack);
  const resources = template.findResources("AWS::ApiGateway::Resource") as Record<string, Resource>;
  const pathOf = (id: string | undefined): string => {
    const resource = id === undefined ? undefined : resources[id];
    if (resource === undefined) return "";
    return `${pathOf(resource.Properties.ParentId?.Ref)}/${resource.Properties.PathPart}`;
  };
  const methods = template.findResources("AWS::ApiGateway::Method") as Record<string, Resource>;
  return Object.values(methods).map(({ Properties: { HttpMethod, ResourceId, ApiKeyRequired } }) =>
    call(HttpMethod ?? "", pathOf(ResourceId?.Ref), ApiKeyRequired === true),
  );
}

const call = (method: string, path: string, keyed: boolean) =>
  `${method.toUpperCase()} ${path} ${keyed ? "with a key" : "for anybody"}`;

test("what is deployed and what is described are the same calls, with and without a key", () => {
  const described = operations.map(({ method, path, keyless }) => call(method, path, !keyless));
  expect(new Set(deployedCalls())).toEqual(new Set(described));
});
