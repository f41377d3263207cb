import { describe, expect, test } from "vitest";
import { routes } from "../../infra/routes.ts";
import { deployedSteps, referred, resourcesOf, synthesize } from "../support/template.ts";

const settings = {
  SLUICE_SOURCES: '[{"name": "docs", "tenant": "acme", "bucket": "files"}]',
  SLUICE_GRADUAL_DEPLOYS: "canary",
};
const aws = synthesize("aws", settings);
const aliases = resourcesOf(aws, "AWS::Lambda::Alias");
const stepOf = (alias: unknown) =>
  /^Functions(\w+)Live[0-9A-F]{8}$/.exec(referred(alias) ?? "")?.[1];

describe("on AWS", () => {
  test("each function has an alias `live` of its newest version", () => {
    const found = aliases.map(([, { Properties }]) => {
      const { Name, FunctionName, FunctionVersion } = Properties;
      const version = aws.resources[referred(FunctionVersion) ?? ""];
      expect(Name).toBe("live");
      expect(version?.Type).toBe("AWS::Lambda::Version");
      expect(version?.Properties["FunctionName"]).toEqual(FunctionName);
      return referred(FunctionName)?.replace(/^Functions(\w+)[0-9A-F]{8}$/, "$1");
    });
    expect(new Set(found)).toEqual(new Set(deployedSteps));
  });

  test("a version outlives the deployment that replaces it, but not one that is rolled back", () => {
    for (const [, version] of resourcesOf(aws, "AWS::Lambda::Version")) {
      // Lambda publishes no second version of the same code, so one that stayed would block it.
      expect(version.DeletionPolicy).toBe("RetainExceptOnCreate");
      expect(version.UpdateReplacePolicy).toBe("Retain");
    }
  });

  test("another setting makes another version, and the same ones make none", () => {
    const versions = (more: Record<string, string>) =>
      resourcesOf(synthesize("aws", { ...settings, ...more }), "AWS::Lambda::Version").map(
        ([id]) => id,
      );
    const before = resourcesOf(aws, "AWS::Lambda::Version").map(([id]) => id);
    expect(versions({})).toEqual(before);
    const changed = versions({ SLUICE_MAX_QUEUED: "7" });
    expect(changed).toHaveLength(before.length);
    expect(changed.filter((id) => before.includes(id))).toEqual([]);
  });

  test("every trigger calls the alias, and so do functions and the state machine", () => {
    const queues = resourcesOf(aws, "AWS::Lambda::EventSourceMapping").map(([, { Properties }]) =>
      JSON.stringify(Properties["FunctionName"]),
    );
    expect(queues).toHaveLength(3);
    for (const name of queues) expect(name).toMatch(/Functions\w+Live[0-9A-F]{8}/);
    const functions = resourcesOf(aws, "AWS::Lambda::Function").flatMap(([, { Properties }]) => {
      const { Variables } = Properties["Environment"] as { Variables: Record<string, unknown> };
      return Object.entries(Variables).filter(([name]) => /^SLUICE_\w+_FUNCTION$/.test(name));
    });
    expect(functions.length).toBeGreaterThan(5);
    for (const [name, value] of functions) {
      expect(stepOf(value)).toBe(/^SLUICE_(\w+)_FUNCTION$/.exec(name)?.[1]?.toLowerCase());
    }
    const permitted = resourcesOf(aws, "AWS::Lambda::Permission").map(([, { Properties }]) =>
      stepOf(Properties["FunctionName"]),
    );
    expect(permitted).not.toContain(undefined);
    // The definition changes after the functions that it names: it refers to their aliases.
    const [[, machine] = []] = resourcesOf(aws, "AWS::StepFunctions::StateMachine");
    const named = Object.values(machine?.Properties["DefinitionSubstitutions"] as object);
    expect(named.map(stepOf)).not.toContain(undefined);
  });
});

describe("a gradual deployment", () => {
  const groups = resourcesOf(aws, "AWS::CodeDeploy::DeploymentGroup");

  test("moves the API's functions, a tenth of the calls first", () => {
    const gradual = aliases
      .filter(([, alias]) => "UpdatePolicy" in alias)
      .map(([id]) => stepOf({ Ref: id }));
    const ofApi = new Set(routes.map(({ step }) => step as string));
    expect(new Set(gradual)).toEqual(ofApi);
    expect(groups).toHaveLength(ofApi.size);
    for (const [, { Properties }] of groups) {
      expect(Properties["DeploymentConfigName"]).toBe(
        "CodeDeployDefault.LambdaCanary10Percent5Minutes",
      );
    }
  });

  test("goes back when requests fail for a reason of the code, not when the queue is full", () => {
    const [[alarmId] = []] = resourcesOf(aws, "AWS::CloudWatch::Alarm").filter(([, one]) =>
      String(one.Properties["AlarmName"]).endsWith("NewVersionErrors"),
    );
    for (const [, { Properties }] of groups) {
      expect(Properties["AlarmConfiguration"]).toEqual({
        Alarms: [{ Name: { Ref: alarmId } }],
        Enabled: true,
      });
      expect(Properties["AutoRollbackConfiguration"]).toMatchObject({
        Enabled: true,
        Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
      });
    }
    const [[, filter] = []] = resourcesOf(aws, "AWS::Logs::MetricFilter");
    const pattern = String(filter?.Properties["FilterPattern"]);
    expect(pattern).toContain('$.status = "500"');
    expect(pattern).not.toContain("503");
  });

  test("is a choice: without it all functions change at once", () => {
    const types = Object.values(synthesize("aws").resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith("AWS::CodeDeploy"))).toEqual([]);
  });
});

test("emulators call the functions themselves, which are gradual nowhere", () => {
  const types = Object.values(synthesize("emulator", settings).resources).map(({ Type }) => Type);
  expect(types.filter((type) => /Lambda::(Alias|Version)|CodeDeploy/.test(type))).toEqual([]);
});
