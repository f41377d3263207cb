import { describe, expect, test } from "vitest";
import { readConfig } from "../../../infra/config.ts";
import type { SluiceConfig } from "../../../infra/settings/config-file.ts";
import type { DeployedSettings } from "../../../infra/settings/deployed-settings.ts";
import { differences, refusalOf } from "../../../infra/settings/differences.ts";
import { isSecret } from "../../../infra/settings/secret-settings.ts";
import { listed, statementsOf } from "../../support/deployment/permissions.ts";
import { resourcesOf, synthesize } from "../../support/template.ts";

const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:llm-AbCdEf";

/** What a stack with these settings would be found to have. */
function deployed(file: SluiceConfig, secrets: DeployedSettings["secrets"] = {}): DeployedSettings {
  const entries = Object.entries(readConfig({}, file).settings)
    .filter(([name, value]) => !isSecret(name) && value !== undefined)
    .map(([name, value]) => [name, String(value)] as const);
  return { variables: Object.fromEntries(entries), secrets };
}

const configured: SluiceConfig = {
  METADATA_PROVIDER: "openai",
  LLM_BASE_URL: "https://llm.example/v1",
  LLM_MODEL: "large",
  MAX_QUEUED: 500,
};
const refusedNames = (before: DeployedSettings, after: SluiceConfig, env = {}) =>
  differences(before, readConfig(env, after))
    .filter(({ refused }) => refused)
    .map(({ name }) => name);

describe("a deployment over a configured stack is refused", () => {
  test("when it has no settings, with each that would be lost", () => {
    const before = deployed(configured, { LLM_API_KEY: arn });
    const found = differences(before, readConfig({}));
    const names = ["MAX_QUEUED", "METADATA_PROVIDER", "LLM_BASE_URL", "LLM_MODEL", "LLM_API_KEY"];
    expect(found.filter(({ refused }) => refused).map(({ name }) => name)).toEqual(names);
    const text = refusalOf("Sluice-prod", found);
    expect(text).toMatch(/Sluice-prod .*Nothing was changed\./);
    expect(text).toContain("  MAX_QUEUED: 500 → 100 (not set here, so the default applies)");
    expect(text).toContain(`LLM_API_KEY_SECRET_ARN: "${arn}"`);
    expect(text).toContain("--accept");
  });

  test("when it asks another model on purpose, until that is accepted", () => {
    const before = deployed(configured);
    const other: SluiceConfig = { ...configured, LLM_MODEL: "small" };
    expect(refusedNames(before, other)).toEqual(["LLM_MODEL"]);
    expect(refusedNames(before, { ...other, accept: ["LLM_MODEL"] })).toEqual([]);
  });

  test("when a key that is named by its ARN would have no successor", () => {
    const named: SluiceConfig = { ...configured, LLM_API_KEY_SECRET_ARN: arn };
    expect(refusedNames(deployed(named), configured)).toEqual(["LLM_API_KEY_SECRET_ARN"]);
    expect(refusedNames(deployed(named), configured, { SLUICE_LLM_API_KEY: "sk" })).toEqual([]);
  });

  test("when callers would have to show something else, also on purpose", () => {
    const before = deployed(configured);
    const signed = {
      SLUICE_AUTH: "iam",
      SLUICE_IAM_CALLERS: '[{"principal":"*","tenant":"acme"}]',
    };
    // As the shell has it in which somebody uses the command line.
    expect(refusedNames(before, configured, signed)).toEqual(["AUTH"]);
    const { AUTH: _, ...older } = before.variables;
    expect(refusedNames({ ...before, variables: older }, configured, signed)).toEqual(["AUTH"]);
    expect(refusedNames({ ...before, variables: older }, configured)).toEqual([]);
  });

  test("when its vectors would have another length", () => {
    const openai: SluiceConfig = { EMBEDDINGS_PROVIDER: "openai", EMBEDDINGS_DIMENSIONS: 512 };
    const longer: SluiceConfig = { ...openai, EMBEDDINGS_DIMENSIONS: 1_024 };
    expect(refusedNames(deployed(openai), longer)).toEqual(["EMBEDDINGS_DIMENSIONS"]);
  });
});

describe("a deployment goes on", () => {
  test("when nothing differs", () => {
    const before = deployed(configured, { LLM_API_KEY: arn });
    expect(differences(before, readConfig({ SLUICE_LLM_API_KEY: "sk" }, configured))).toEqual([]);
    expect(differences(deployed({}), readConfig({}))).toEqual([]);
  });

  test("when it sets another limit, and says which", () => {
    const raised: SluiceConfig = { ...configured, MAX_QUEUED: 600 };
    expect(differences(deployed(configured), readConfig({}, raised))).toEqual([
      { name: "MAX_QUEUED", says: "MAX_QUEUED: 500 → 600", refused: false },
    ]);
  });

  test("when the stack's own secret is now named by its ARN", () => {
    const before = deployed(configured, { LLM_API_KEY: arn });
    const after: SluiceConfig = { ...configured, LLM_API_KEY_SECRET_ARN: arn };
    expect(differences(before, readConfig({}, after))).toEqual([]);
  });

  test("when this version has a setting that the deployed one lacks", () => {
    const { variables, secrets } = deployed({});
    const { RATE_LIMIT: _, ...older } = variables;
    expect(differences({ variables: older, secrets }, readConfig({}))).toEqual([]);
  });
});

describe("a key", () => {
  test("of the stack outlives a deployment without it", () => {
    const [[, secret] = []] = resourcesOf(
      synthesize("aws", { SLUICE_LLM_API_KEY: "sk" }),
      "AWS::SecretsManager::Secret",
    );
    expect([secret?.DeletionPolicy, secret?.UpdateReplacePolicy]).toEqual([
      "RetainExceptOnCreate",
      "Retain",
    ]);
  });

  test("that is named by its ARN makes no secret, and only its step may read it", () => {
    const named = synthesize("aws", { SLUICE_LLM_API_KEY_SECRET_ARN: arn });
    expect(resourcesOf(named, "AWS::SecretsManager::Secret")).toEqual([]);
    const readers = resourcesOf(named, "AWS::IAM::Policy")
      .filter(([, policy]) => JSON.stringify(policy).includes(arn))
      .map(([id]) => id.replace(/role.*$/, ""));
    expect(readers).toEqual(["Functionsmetadata"]);
    const functions = resourcesOf(named, "AWS::Lambda::Function")
      .filter(([, made]) => JSON.stringify(made).includes('"SLUICE_LLM_API_KEY_SECRET"'))
      .map(([id]) => id.slice(0, -8));
    expect(functions).toEqual(["Functionsmetadata"]);
  });

  test("that is named by its ARN may be encrypted with any key, which its step uses for it only", () => {
    const named = synthesize("aws", { SLUICE_LLM_API_KEY_SECRET_ARN: arn });
    const decrypting = resourcesOf(named, "AWS::IAM::Policy").flatMap(([id, policy]) =>
      statementsOf(policy)
        .filter(({ Action }) => listed(Action).some((action) => action.startsWith("kms:")))
        .map((statement) => ({ step: id.replace(/role.*$/, ""), ...statement })),
    );
    expect(decrypting).toEqual([
      {
        step: "Functionsmetadata",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: arn.replace(/secretsmanager(:.*):secret.*$/, "kms$1:key/*"),
        Condition: {
          StringEquals: {
            "kms:ViaService": expect.stringMatching(
              /^secretsmanager\.[a-z0-9-]+\.amazonaws\.com$/,
            ) as unknown,
            "kms:EncryptionContext:SecretARN": arn,
          },
        },
      },
    ]);
  });
});
