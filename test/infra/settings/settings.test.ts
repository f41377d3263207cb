import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../../infra/config.ts";
import { definitionNumbers } from "../../../infra/waits.ts";
import { environment } from "../../../lambdas/platform/environment.ts";
import {
  InvalidSettingsError,
  parseSettings,
  settingNames,
  settingsSchema,
} from "../../../lambdas/platform/settings.ts";
import { run } from "../../../ops/processes.ts";

const refusal = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.message;
    throw error;
  }
  return "accepted";
};

describe("settings", () => {
  test("are the documented ones when nothing is set", () => {
    expect(readConfig({}).settings).toMatchObject({
      MAX_QUEUED: 100,
      MAX_ACTIVE: 10,
      METADATA_PER_JOB: 10,
      LLM_MAX_PARALLEL: 20,
      EMBEDDINGS_MAX_PARALLEL: 20,
      PROVIDER_MAX_PARALLEL: 50,
      BREAKER_THRESHOLD: 10,
      BREAKER_COOLDOWN_SECONDS: 60,
      OUTAGE_LIMIT_SECONDS: 21_600,
      METADATA_PER: "chunk",
      METADATA_PROVIDER: "local",
      EMBEDDINGS_PROVIDER: "local",
    });
  });

  test("that are empty count as not set", () => {
    const empty = Object.fromEntries(settingNames.map((name) => [`SLUICE_${name}`, ""]));
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  const numbers = settingNames.filter((name) => typeof parseSettings({})[name] === "number");
  test.each(numbers)("fails when %s is not a whole number of at least 1, and names it", (name) => {
    const wrong = ["0", "-1", "1.5", "ten", "NaN", "Infinity", "1e99", "0x", " "];
    const accepted = wrong.filter(
      (value) => !refusal({ [`SLUICE_${name}`]: value }).includes(`SLUICE_${name} must `),
    );
    expect(accepted).toEqual([]);
  });

  test.each([
    ["LLM_BASE_URL", { SLUICE_METADATA_PROVIDER: "openai" }],
    ["EMBEDDINGS_BASE_URL", { SLUICE_EMBEDDINGS_PROVIDER: "openai" }],
    ["RERANK_BASE_URL", { SLUICE_RERANK_PROVIDER: "endpoint" }],
  ])("fails when %s is no address of the web, or this machine's on AWS", (name, provider) => {
    const at = (url: string, more = {}) =>
      refusal({ ...provider, [`SLUICE_${name}`]: url, ...more });
    for (const url of ["ftp://models.example/v1", "file:///v1", "models.example/v1"]) {
      expect(at(url)).toContain(`SLUICE_${name} must be a URL such as https://example.com/v1.`);
    }
    const own = ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "0.0.0.0", "host.docker.internal"];
    for (const url of own.map((host) => `http://${host}:11434/v1`)) {
      expect(at(url)).toContain(
        `SLUICE_${name} is ${url}, which is this machine: functions on AWS`,
      );
      expect(at(url, { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" })).toBe("accepted");
    }
    for (const host of ["localhost.example.com", "10.0.0.5", "models.internal"]) {
      expect(at(`http://${host}/v1`)).toBe("accepted");
    }
  });

  test("may name an endpoint of this machine for AWS if nobody asks it", () => {
    expect(refusal({ SLUICE_LLM_BASE_URL: "http://localhost:11434/v1" })).toBe("accepted");
  });

  test("fails when a table or a bucket that exists is named by an ARN or an address, or serves for both", () => {
    expect(
      refusal({
        SLUICE_EXISTING_TABLE: "arn:aws:dynamodb:eu-central-1:111122223333:table/Jobs",
        SLUICE_EXISTING_DOCUMENTS_BUCKET: "s3://texts",
        SLUICE_EXISTING_VECTORS_BUCKET: "arn:aws:s3:::vectors",
      }).match(/SLUICE_EXISTING_\w+ must be the name of a (?:table|bucket), without/g),
    ).toHaveLength(3);
    const one = "sluice-dataone1a2b-3c4d";
    expect(
      refusal({ SLUICE_EXISTING_DOCUMENTS_BUCKET: one, SLUICE_EXISTING_VECTORS_BUCKET: one }),
    ).toContain("SLUICE_EXISTING_VECTORS_BUCKET is the bucket of the documents as well");
  });

  test("fails when a source is a bucket of the deployment itself", () => {
    const bucket = "sluice-dataone1a2b-3c4d";
    const SLUICE_SOURCES = JSON.stringify([{ name: "own", tenant: "acme", bucket }]);
    expect(refusal({ SLUICE_SOURCES, SLUICE_EXISTING_DOCUMENTS_BUCKET: bucket })).toContain(
      `SLUICE_SOURCES has the source own, whose bucket ${bucket} is one of the deployment itself`,
    );
    expect(refusal({ SLUICE_SOURCES })).toBe("accepted");
  });

  test("fails when a provider is unknown, and says which ones there are", () => {
    expect(refusal({ SLUICE_METADATA_PROVIDER: "bedrok" })).toMatch(
      /SLUICE_METADATA_PROVIDER must .*local.*openai/,
    );
  });

  test("fails when an address is none", () => {
    expect(refusal({ SLUICE_LLM_BASE_URL: "llm.example" })).toMatch("SLUICE_LLM_BASE_URL must ");
  });

  test("fails when the two caps exceed the cap of the provider of both, and says by how much", () => {
    expect(refusal({ SLUICE_LLM_MAX_PARALLEL: "31" })).toBe(
      "These settings are invalid:\n  SLUICE_PROVIDER_MAX_PARALLEL is 50, less than LLM_MAX_PARALLEL + EMBEDDINGS_MAX_PARALLEL = 51: raise it, or lower those two.",
    );
    expect(refusal({ SLUICE_LLM_MAX_PARALLEL: "30" })).toBe("accepted");
  });

  test("fails when more jobs run than have a permit each", () => {
    expect(refusal({ SLUICE_MAX_ACTIVE: "21" })).toMatch(
      /SLUICE_LLM_MAX_PARALLEL is 20, but 21 active jobs .*\n.*SLUICE_EMBEDDINGS_MAX_PARALLEL is 20/,
    );
  });

  test("fails naming every wrong setting at once", () => {
    const message = refusal({ SLUICE_MAX_QUEUED: "many", SLUICE_DAILY_QUOTA: "0" });
    expect(message).toMatch("SLUICE_MAX_QUEUED");
    expect(message).toMatch("SLUICE_DAILY_QUOTA");
  });

  test("stop the synth with that sentence, before anything is bundled", async () => {
    const env = { ...environment, SLUICE_MAX_ACTIVE: "lots" };
    const { exitCode, output } = await run(process.execPath, ["infra/app.ts"], { env });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^These settings are invalid:\n {2}SLUICE_MAX_ACTIVE must /m);
    expect(output).not.toMatch("    at ");
  });
});

test("whatever is accepted gives every holder a permit and stays under the provider's cap", () => {
  const some = (max: number) => fc.integer({ min: 1, max }).map(String);
  const environments = fc.record({
    SLUICE_MAX_ACTIVE: some(60),
    SLUICE_METADATA_PER_JOB: some(40),
    SLUICE_LLM_MAX_PARALLEL: some(60),
    SLUICE_EMBEDDINGS_MAX_PARALLEL: some(60),
    SLUICE_PROVIDER_MAX_PARALLEL: some(120),
  });
  let accepted = 0;
  fc.assert(
    fc.property(environments, (environment) => {
      if (refusal(environment) !== "accepted") return;
      accepted += 1;
      const s = settingsSchema.parse(readConfig(environment).settings);
      const { MetadataLanes, EmbeddingsLanes } = definitionNumbers(s);
      expect(s.LLM_MAX_PARALLEL).toBeGreaterThanOrEqual(s.MAX_ACTIVE * MetadataLanes);
      expect(s.EMBEDDINGS_MAX_PARALLEL).toBeGreaterThanOrEqual(s.MAX_ACTIVE * EmbeddingsLanes);
      expect(s.METADATA_PER_JOB).toBeGreaterThanOrEqual(MetadataLanes);
      expect(s.LLM_MAX_PARALLEL + s.EMBEDDINGS_MAX_PARALLEL).toBeLessThanOrEqual(
        s.PROVIDER_MAX_PARALLEL,
      );
    }),
    { numRuns: 2_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});
