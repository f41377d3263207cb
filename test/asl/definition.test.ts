import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import validate from "asl-validator";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../infra/config.ts";
import { ingestDefinition } from "../../infra/definition.ts";
import { functions, type StepName, stepNames } from "../../lambdas/functions.ts";
import { mapConcurrency } from "../../lambdas/platform/map-concurrency.ts";
import { machineFor, stateOf, statesOf, tasksOf } from "../support/state-machine/state-machine.ts";

const machine = machineFor();
const tasks = [...tasksOf(machine)];

/** A task's comment begins with the folder of its step. */
const folderIn = (comment: string | undefined) => /^lambdas\/[\w/-]+/.exec(comment ?? "")?.[0];

/** Of the definition as it is deployed. */
function problems(definition: object): string {
  return validate(structuredClone(definition)).errorsText();
}

describe("the definition", () => {
  test("is valid", () => {
    expect(problems(machine)).toBe("");
  });

  test("fails when a state leads to one that does not exist", () => {
    const { States } = machine;
    const dangling = {
      ...machine,
      States: { ...States, Store: { ...States["Store"], Next: "Nowhere" } },
    };
    expect(problems(dangling)).toMatch("MISSING_TRANSITION_TARGET");
  });

  test("fails when a state can never be reached", () => {
    const { Failed, ...States } = machine.States;
    expect(problems({ ...machine, States })).toMatch("MISSING_TRANSITION_TARGET");
    expect(Failed?.Type).toBe("Fail");
  });

  test("leaves only the functions' addresses to substitute", () => {
    const left = ingestDefinition(readConfig({}).settings).matchAll(/"\$\{(\w+)\}"/g);
    expect(new Set(Array.from(left, ([, name]) => name))).toEqual(
      new Set(
        ["Extract", "Chunk", "Metadata", "Embed", "Store", "Finish"].map(
          (name) => `${name}FunctionArn`,
        ),
      ),
    );
  });
});

describe("each task", () => {
  test.each(tasks)(
    "%s names its step: a folder with a handler",
    (_name, { Comment, Parameters }) => {
      const folder = folderIn(Comment) ?? "";
      const step = basename(folder);
      expect(stepNames).toContain(step);
      expect(folder).toBe(`lambdas/${functions[step as StepName].folder}`);
      expect(existsSync(`${folder}/handler.ts`)).toBe(true);
      expect(Parameters?.FunctionName.toLowerCase()).toBe(`\${${step}functionarn}`);
    },
  );

  test.each(tasks)("%s ends after a time of its own", (_name, { TimeoutSeconds }) => {
    expect(TimeoutSeconds).toBeGreaterThan(0);
  });

  test("is in the README's table, with its folder", () => {
    const readme = readFileSync("statemachine/README.md", "utf8");
    const rows = Array.from(
      readme.matchAll(/^\| (\w+) \| `(lambdas\/[\w/-]+)` \|/gm),
      ([, name, folder]) => ({
        name,
        folder,
      }),
    );
    expect(rows).toEqual(
      tasks.map(([name, { Comment }]) => ({
        name,
        folder: folderIn(Comment),
      })),
    );
  });
});

test("the machine itself ends, later than a job is given", () => {
  expect(machine.TimeoutSeconds).toBeGreaterThanOrEqual(
    readConfig({}).settings.OUTAGE_LIMIT_SECONDS,
  );
});

describe("batches at once", () => {
  const lanes = (settings: Record<string, string> = {}) =>
    ["MetadataBatches", "EmbeddingsBatches"].map(
      (name) => stateOf(machineFor(settings), name).MaxConcurrency,
    );

  test("are as many as the limiter reckons with, written as numbers", () => {
    expect(lanes()).toEqual([mapConcurrency(20, 10), mapConcurrency(20, 10)]);
    expect(lanes({ SLUICE_MAX_ACTIVE: "5", SLUICE_EMBEDDINGS_MAX_PARALLEL: "15" })).toEqual([
      mapConcurrency(20, 5),
      mapConcurrency(15, 5),
    ]);
  });

  test("are never more than a job's own cap", () => {
    expect(lanes({ SLUICE_METADATA_PER_JOB: "1" })).toEqual([1, 2]);
  });

  test("are bounded in every map: an emulator takes a path for no limit", () => {
    const maps = [...statesOf(machine).values()].filter(({ Type }) => Type === "Map");
    expect(maps).toHaveLength(2);
    expect(maps.every(({ MaxConcurrency }) => Number(MaxConcurrency) > 0)).toBe(true);
    expect(JSON.stringify(machine)).not.toContain("MaxConcurrencyPath");
  });
});
