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
