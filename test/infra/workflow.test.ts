import { describe, expect, test } from "vitest";
import { readConfig } from "../../infra/config.ts";
import { ingestDefinition } from "../../infra/definition.ts";
import { referred, resourcesOf, synthesize } from "../support/template.ts";

const aws = synthesize("aws", { SLUICE_MAX_ACTIVE: "5" });
const [machineId, machine] = resourcesOf(aws, "AWS::StepFunctions::StateMachine")[0] ?? [];
const stepAt = (name: string) => ({
  Ref: expect.stringMatching(new RegExp(`^Functions${name}Live[0-9A-F]{8}$`)) as string,
});

describe("the state machine", () => {
  test("is the file in statemachine/, with the numbers of the settings", () => {
    const { settings } = readConfig({ SLUICE_MAX_ACTIVE: "5" });
    expect(machine?.Properties["DefinitionString"]).toBe(ingestDefinition(settings));
  });

  test("calls the functions of the steps that its states name", () => {
    expect(machine?.Properties["DefinitionSubstitutions"]).toEqual({
      ExtractFunctionArn: stepAt("extract"),
      ChunkFunctionArn: stepAt("chunk"),
      MetadataFunctionArn: stepAt("metadata"),
      EmbedFunctionArn: stepAt("embed"),
      StoreFunctionArn: stepAt("store"),
      FinishFunctionArn: stepAt("finish"),
    });
  });

  test("logs every event, but not what the states hold", () => {
    expect(machine?.Properties["LoggingConfiguration"]).toMatchObject({
      Level: "ALL",
      IncludeExecutionData: false,
    });
  });

  test("is traced where there is a service for it", () => {
    expect(machine?.Properties["TracingConfiguration"]).toEqual({ Enabled: true });
    const [[, local] = []] = resourcesOf(
      synthesize("emulator"),
      "AWS::StepFunctions::StateMachine",
    );
    expect(local?.Properties["TracingConfiguration"]).not.toEqual({ Enabled: true });
  });
});

describe("rules", () => {
  const rules = resourcesOf(aws, "AWS::Events::Rule").map(([, { Properties }]) => Properties);
  const asyncInvokes = resourcesOf(aws, "AWS::Lambda::EventInvokeConfig").map(
    ([, { Properties }]) => {
      const { FunctionName, Qualifier: _, ...limits } = Properties;
      const step = referred(FunctionName)?.replace(/^Functions(\w+)[0-9A-F]{8}$/, "$1");
      return [step, limits] as const;
    },
  );

  test("tell finish of each end of an execution, and of nothing else", () => {
    const [ended, ...others] = rules.filter(({ EventPattern }) => EventPattern !== undefined);
    expect(others).toEqual([]);
    expect(ended).toMatchObject({
      EventPattern: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [{ Ref: machineId }],
          // Without this filter the rule also fires for RUNNING.
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
      Targets: [{ Arn: stepAt("finish") }],
    });
  });

  test("run sweep every minute, maintain every ten and erase every hour", () => {
    const scheduled = rules
      .filter(({ ScheduleExpression }) => ScheduleExpression !== undefined)
      .map(({ ScheduleExpression, State, Targets }) => ({ ScheduleExpression, State, Targets }));
    expect(scheduled).toEqual([
      {
        ScheduleExpression: "rate(1 minute)",
        State: "ENABLED",
        Targets: [expect.objectContaining({ Arn: stepAt("sweep") })],
      },
      {
        ScheduleExpression: "rate(10 minutes)",
        State: "ENABLED",
        Targets: [expect.objectContaining({ Arn: stepAt("maintain") })],
      },
      {
        ScheduleExpression: "rate(1 hour)",
        State: "ENABLED",
        Targets: [expect.objectContaining({ Arn: stepAt("erase") })],
      },
    ]);
  });

  test("run what is scheduled now or not at all: the next run does the work of a late one", () => {
    const scheduled = rules.filter(({ ScheduleExpression }) => ScheduleExpression !== undefined);
    expect(scheduled).toHaveLength(3);
    for (const { Targets } of scheduled) {
      expect(Targets).toEqual([
        expect.objectContaining({
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        }),
      ]);
    }
    // Behind EventBridge, Lambda keeps events of its own for six hours.
    const now = { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 };
    const kept = new Map(asyncInvokes.filter(([step]) => step !== "finish"));
    expect(Object.fromEntries(kept)).toEqual({ sweep: now, maintain: now, erase: now });
  });

  test("run every function of a schedule now or not at all, that of sources, too", () => {
    const sources = synthesize("aws", {
      SLUICE_SOURCES: '[{"name":"docs","tenant":"acme","bucket":"files"}]',
    });
    const called = resourcesOf(sources, "AWS::Events::Rule")
      .filter(([, { Properties }]) => Properties["ScheduleExpression"] !== undefined)
      .flatMap(
        ([, { Properties }]) => Properties["Targets"] as { Arn: object; RetryPolicy?: object }[],
      )
      // A queue keeps nothing that its reader would not answer together.
      .filter(({ Arn }) => "Ref" in Arn);
    expect(called).toHaveLength(4);
    const now = { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 };
    const invokes = resourcesOf(sources, "AWS::Lambda::EventInvokeConfig");
    for (const { Arn, RetryPolicy } of called) {
      expect(RetryPolicy).toEqual(now);
      const step = /^Functions(\w+)Live/.exec(referred(Arn) ?? "")?.[1] ?? "";
      const own = invokes.find(([, { Properties }]) =>
        referred(Properties["FunctionName"])?.startsWith(`Functions${step}`),
      );
      expect(own?.[1].Properties).toMatchObject(now);
    }
  });

  test("keep an end that finish could not take, whoever gives it up", () => {
    const [ended] = rules.filter(({ EventPattern }) => EventPattern !== undefined);
    const [lettersId] =
      resourcesOf(aws, "AWS::SQS::Queue").find(([id]) => id.startsWith("DataDeadLetters")) ?? [];
    const letters = { "Fn::GetAtt": [lettersId, "Arn"] };
    expect(ended?.["Targets"]).toEqual([
      expect.objectContaining({ DeadLetterConfig: { Arn: letters } }),
    ]);
    const [finish] = asyncInvokes.filter(([step]) => step === "finish");
    expect(finish?.[1]).toEqual({
      DestinationConfig: { OnFailure: { Destination: letters } },
    });
  });

  test("may call their targets", () => {
    const permitted = resourcesOf(aws, "AWS::Lambda::Permission")
      .map(([, { Properties }]) => Properties)
      .filter(({ Principal }) => Principal === "events.amazonaws.com")
      .map(({ FunctionName }) => FunctionName);
    expect(permitted).toHaveLength(rules.length);
    expect(permitted).toEqual(
      expect.arrayContaining(rules.map(({ Targets }) => (Targets as { Arn: unknown }[])[0]?.Arn)),
    );
  });
});
