import { describe, expect, test } from "vitest";
import { type Outputs, outputsSchema } from "../../ops/deployed-stack.ts";
import { commandsIn, objections } from "../support/cli/commands.ts";
import { resourcesOf, synthesize, type TargetName } from "../support/template.ts";

const targets: TargetName[] = ["aws", "emulator"];
const keys = {
  SLUICE_LLM_API_KEY: "sk-llm",
  SLUICE_EMBEDDINGS_API_KEY: "sk-emb",
  SLUICE_RERANK_API_KEY: "sk-rerank",
  SLUICE_SOURCES: '[{"name": "docs", "tenant": "acme", "bucket": "files"}]',
};

/** One of these, and an emulator refuses the whole template. */
const unknownToEmulators =
  /::(StateMachine(Version|Alias)|CompositeAlarm|QueryDefinition|Archive|Connection|EventBusPolicy|AnomalyDetector|WebACL\w*|Budget|RotationSchedule|Canary|ScalableTarget)$|^AWS::XRay::|^Custom::|^AWS::CloudFormation::CustomResource$/;

test("the template for an emulator has nothing that emulators lack", () => {
  const types = Object.values(synthesize("emulator", keys).resources).map(({ Type }) => Type);
  expect(types.filter((type) => unknownToEmulators.test(type))).toEqual([]);
  expect(types.length).toBeGreaterThan(100);
});

test("nothing needs a function of the CDK's own, which runs while a stack changes", () => {
  // Such functions hang an emulator's deployment, and nobody here looks after their runtimes.
  for (const target of targets) {
    const { resources } = synthesize(target, keys);
    expect(Object.keys(resources).filter((id) => /CustomResource|LogRetention/.test(id))).toEqual(
      [],
    );
    expect(JSON.stringify(resources)).not.toContain("EventBridgeConfiguration");
  }
});

test("both targets are one stack: the same resources but for versions and aliases", () => {
  const [aws, emulator] = targets.map((target) =>
    Object.entries(synthesize(target, keys).resources)
      // Its id follows from the content.
      .filter(([, { Type }]) => Type !== "AWS::ApiGateway::Deployment")
      .filter(([, { Type }]) => !/Lambda::(Version|Alias)$/.test(Type))
      // A trigger of an alias stands below it.
      .map(([id, { Type }]) => `${Type} ${id.replace(/(?:[0-9A-F]{8})+$/, "").replace("Live", "")}`)
      .toSorted(),
  );
  expect(emulator).toEqual(aws);
});

describe.each(targets)("the outputs on %s", (target) => {
  const synthesized = synthesize(target, keys);
  const outputs = synthesized.template.toJSON()["Outputs"] as Record<
    string,
    { Value: unknown; Description?: string }
  >;

  test("are those that the command line reads, each with a word on what it is", () => {
    const read = Object.keys(outputsSchema.shape) as (keyof Outputs)[];
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(read));
    const unexplained = Object.entries(outputs).filter(([, { Description }]) => !Description);
    expect(unexplained).toEqual([]);
  });

  test("say where the API is", () => {
    const [[api] = []] = resourcesOf(synthesized, "AWS::ApiGateway::RestApi");
    const url = JSON.stringify(outputs["ApiUrl"]?.Value);
    expect(url).toContain(`{"Ref":"${api}"}`);
    expect(url).toContain(target === "aws" ? ".execute-api." : "http://127.0.0.1:4566/restapis/");
  });

  test("say how to make a key", () => {
    const commands = commandsIn(String(outputs["NextStep"]?.Value));
    expect(commands).toEqual([`keys create --tenant NAME${target === "aws" ? " --aws" : ""}`]);
    expect(objections(commands)).toEqual([]);
  });
});
