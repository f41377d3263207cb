import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { definitionNumbers } from "../../infra/waits.ts";
import { jobQuerySchema } from "../../lambdas/contract/calls/jobs.ts";
import {
  httpTimeoutSeconds,
  maxChunks,
  maxExtrasBytes,
  maxUploadBytes,
} from "../../lambdas/contract/limits.ts";
import { defaultBounds } from "../../lambdas/pipeline/extract/bounds.ts";
import { chunkTimeoutSeconds } from "../../lambdas/pipeline/limits.ts";
import { parseSettings, settingNames, settingsSchema } from "../../lambdas/platform/settings.ts";
import { documentLeaseMs } from "../../lambdas/records/documents/document-store.ts";
import { storeTimeoutSeconds } from "../../lambdas/vectors/limits.ts";
import {
  deployedSteps,
  type Resource,
  referred,
  resourcesOf,
  type Synthesized,
  synthesize,
  type TargetName,
} from "../support/template.ts";

const secrets = { SLUICE_LLM_API_KEY: "sk-llm-value", SLUICE_EMBEDDINGS_API_KEY: "sk-emb-value" };
const synthesized: Readonly<Record<TargetName, Synthesized>> = {
  aws: synthesize("aws", secrets),
  emulator: synthesize("emulator", secrets),
};
const targets: TargetName[] = ["aws", "emulator"];

function functionsOf(target: TargetName): Map<string, Resource["Properties"]> {
  return new Map(
    resourcesOf(synthesized[target], "AWS::Lambda::Function").map(([, { Properties }]) => [
      String(Properties["Handler"]).replace("/index.handler", ""),
      Properties,
    ]),
  );
}

describe.each(targets)("the functions on %s", (target) => {
  const functions = functionsOf(target);

  test("are the steps", () => {
    expect([...functions.keys()].toSorted()).toEqual([...deployedSteps].toSorted());
  });

  test("run the same bundle, on the runtime that keeps the names of errors there", () => {
    for (const [step, { Runtime, Architectures }] of functions) {
      expect({ step, Runtime, Architectures }).toEqual({
        step,
        Runtime: target === "aws" ? "nodejs24.x" : "provided.al2023",
        Architectures: ["x86_64"],
      });
    }
  });

  test("need no concurrency set aside: a new account has ten in all", () => {
    for (const properties of functions.values()) {
      expect(properties).not.toHaveProperty("ReservedConcurrentExecutions");
    }
    expect(JSON.stringify(synthesized[target].resources)).not.toContain("ProvisionedConcurrency");
  });

  test("write to a log group of their own, which the stack made and which forgets", () => {
    const groups = resourcesOf(synthesized[target], "AWS::Logs::LogGroup");
    const used = [...functions.values()].map(({ LoggingConfig }) =>
      referred((LoggingConfig as { LogGroup: unknown }).LogGroup),
    );
    expect(new Set(used).size).toBe(deployedSteps.length);
    const made = groups.map(([id]) => id);
    expect(used.filter((id) => id === undefined || !made.includes(id))).toEqual([]);
    const kept = groups.map(([, { Properties }]) => Properties["RetentionInDays"]);
    expect(new Set(kept)).toEqual(new Set([30]));
  });

  test("know every setting, and no secret", () => {
    const defaults = parseSettings({});
    const withoutSecrets = settingNames.filter(
      (name) => !name.endsWith("_API_KEY") && defaults[name] !== undefined,
    );
    for (const { Environment } of functions.values()) {
      const { Variables } = Environment as { Variables: Record<string, unknown> };
      expect(Object.keys(Variables)).toEqual(
        expect.arrayContaining(withoutSecrets.map((name) => `SLUICE_${name}`)),
      );
      expect(Object.keys(Variables)).not.toContain("SLUICE_LLM_API_KEY");
    }
  });

  test("find a provider's key by the name of a secret, where the stage asks that provider", () => {
    const knowing = (variable: string) =>
      [...functions]
        .filter(([, { Environment }]) => JSON.stringify(Environment).includes(`"${variable}"`))
        .map(([step]) => step);
    expect(knowing("SLUICE_LLM_API_KEY_SECRET")).toEqual(["metadata"]);
    expect(knowing("SLUICE_EMBEDDINGS_API_KEY_SECRET")).toEqual(["embed"]);
  });
});

test("the functions of a loop may loop: from a job's end to the next job's start, and from a try of a webhook to the next", () => {
  const looping = [...functionsOf("aws")].filter(([, made]) => made["RecursiveLoop"] === "Allow");
  expect(looping.map(([step]) => step)).toEqual(["deliver", "dispatch", "finish", "sweep", "feed"]);
});

test("on LocalStack the functions run on the runtime of AWS, which its images have", () => {
  const onLocalStack = synthesize("emulator", { SLUICE_EMULATOR: "localstack" });
  const runtimes = resourcesOf(onLocalStack, "AWS::Lambda::Function").map(
    ([, { Properties }]) => Properties["Runtime"],
  );
  expect(new Set(runtimes)).toEqual(new Set(["nodejs24.x"]));
});

test.each(targets)("the template for %s holds no key of a provider", (target) => {
  const template = JSON.stringify(synthesized[target].template.toJSON());
  expect(template).not.toMatch(/sk-(llm|emb)-value/);
  // A secret's name would be cut out of its ARN, and emulators refer to it by its name.
  const cut = template.matchAll(/"Fn::Select":\[6,\{"Fn::Split":\[":",\{"Ref":"(\w+)/g);
  expect([...cut].filter(([, of]) => !/Live[0-9A-F]{8}$/.test(of ?? ""))).toEqual([]);
  // So that the first line looks at the right text.
  expect(template).toContain("SLUICE_LLM_API_KEY_SECRET");
});

test("a key's secret has no value until the deployment stores the key, so that no provider is sent a random one", () => {
  const made = resourcesOf(synthesized.aws, "AWS::SecretsManager::Secret");
  expect(made).toHaveLength(2);
  for (const [, { Properties, DeletionPolicy }] of made) {
    expect(Object.keys(Properties)).toEqual(["Description"]);
    expect(DeletionPolicy).toBe("RetainExceptOnCreate");
  }
});

test("without keys there are no secrets, and nobody may read any", () => {
  const template = JSON.stringify(synthesize("aws").template.toJSON());
  expect(template).not.toContain("secretsmanager");
  expect(template).not.toContain("SecretsManager");
});

test("extract has memory for the parser's process, and for the file and its text beside it", () => {
  expect(maxUploadBytes).toBe(50 * 1_024 * 1_024);
  const { MemorySize } = functionsOf("aws").get("extract") ?? {};
  expect(Number(MemorySize)).toBeGreaterThanOrEqual(defaultBounds.maxMemoryMiB + 448);
});

test.each([
  // By `npm run bench:memory`: 5,000 chunks of 2,048 tokens and 1,536 dimensions, 4 KB of attributes.
  ["store", 1_300],
  // A text of 50 MB.
  ["chunk", 800],
])("%s holds the largest document in two thirds of its memory", (step, measuredPeakMb) => {
  expect([maxChunks, maxExtrasBytes]).toEqual([5_000, 4_096]);
  const { MemorySize } = functionsOf("aws").get(step) ?? {};
  expect(Number(MemorySize)).toBeGreaterThanOrEqual(1.5 * measuredPeakMb);
});

test("a poll that is held as long as it may be costs the memory that docs/cost.md says", () => {
  const { MemorySize } = functionsOf("aws").get("status") ?? {};
  const longestSeconds = 20;
  expect(jobQuerySchema.safeParse({ wait_seconds: longestSeconds }).success).toBe(true);
  expect(jobQuerySchema.safeParse({ wait_seconds: longestSeconds + 1 }).success).toBe(false);
  const page = readFileSync(new URL("../../docs/cost.md", import.meta.url), "utf8");
  const [, gigabyteSeconds, dollars] =
    /^\| Lambda time \| ([\d.]+) GB-s \| \$([\d.]+) \|$/m.exec(page) ?? [];
  expect(Number(gigabyteSeconds)).toBe((longestSeconds * Number(MemorySize)) / 1_024);
  expect(Number(dollars)).toBeCloseTo(Number(gigabyteSeconds) * 16.6667, 1);
});

describe("a function ends before whoever waits for it", () => {
  const timeout = (step: string) => Number(functionsOf("aws").get(step)?.["Timeout"]);

  test("a batch before the machine tries again", () => {
    const { MetadataTaskTimeoutSeconds, EmbedTaskTimeoutSeconds } = definitionNumbers(
      parseSettings({}),
    );
    expect([timeout("metadata"), timeout("embed")]).toEqual([90, 90]);
    expect([MetadataTaskTimeoutSeconds, EmbedTaskTimeoutSeconds]).toEqual([100, 100]);
  });

  test("a batch later than the calls that it may make, however long those may take", () => {
    const slow = {
      SLUICE_LLM_CALL_TIMEOUT_SECONDS: "600",
      SLUICE_EMBEDDINGS_CALL_TIMEOUT_SECONDS: "120",
    };
    const functions = resourcesOf(synthesize("aws", slow), "AWS::Lambda::Function");
    const timeouts = Object.fromEntries(
      functions.map(([, { Properties }]) => [
        String(Properties["Handler"]).replace("/index.handler", ""),
        Properties["Timeout"],
      ]),
    );
    expect([timeouts["metadata"], timeouts["embed"]]).toEqual([900, 270]);
    const numbers = definitionNumbers(parseSettings(slow));
    expect([numbers.MetadataTaskTimeoutSeconds, numbers.EmbedTaskTimeoutSeconds]).toEqual([
      910, 280,
    ]);
  });

  test("the cutting of 50 MB before its task, with time to spare", () => {
    expect(timeout("chunk")).toBe(chunkTimeoutSeconds);
    const { ChunkTaskTimeoutSeconds } = definitionNumbers(settingsSchema.parse({}));
    expect(chunkTimeoutSeconds).toBeLessThan(ChunkTaskTimeoutSeconds);
  });

  test("a publisher before its document goes to others", () => {
    expect(timeout("store")).toBe(storeTimeoutSeconds);
    expect(timeout("store") * 1_000).toBeLessThan(documentLeaseMs);
  });

  test("a request before the gateway gives up", () => {
    for (const step of ["submit", "status", "retry", "cancel", "search", "documents", "uploads"]) {
      expect(timeout(step)).toBe(httpTimeoutSeconds);
    }
    expect(httpTimeoutSeconds).toBeLessThanOrEqual(29);
  });

  test("a sweep before the next one", () => {
    expect(timeout("sweep")).toBeLessThan(60);
  });
});
