import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig, readConfig } from "../../../infra/config.ts";
import {
  checkedConfig,
  loadConfigFile,
  type SluiceConfig,
} from "../../../infra/settings/config-file.ts";
import { sourcesOf } from "../../../lambdas/sources/source.ts";

const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:llm-AbCdEf";
const file: SluiceConfig = {
  MAX_QUEUED: 50,
  LLM_EXTRA_BODY: { top_p: 0.9 },
  stages: {
    dev: { MAX_QUEUED: 5 },
    prod: { stack: "Documents", LLM_API_KEY_SECRET_ARN: arn, accept: ["LLM_MODEL"] },
  },
};
const invalid = (given: unknown) => {
  try {
    return JSON.stringify(checkedConfig(given));
  } catch (error) {
    return (error as Error).message;
  }
};

describe("the settings of a deployment", () => {
  test("come from a variable before the stage, and from the stage before the whole file", () => {
    const { settings } = readConfig({ SLUICE_RATE_LIMIT: "7" }, file, "dev");
    expect(settings).toMatchObject({
      MAX_QUEUED: 5,
      RATE_LIMIT: 7,
      LLM_EXTRA_BODY: '{"top_p":0.9}',
    });
    const queued = readConfig({ SLUICE_MAX_QUEUED: "3" }, file, "dev").settings.MAX_QUEUED;
    expect(queued).toBe(3);
    expect(readConfig({}, file, "prod").settings.MAX_QUEUED).toBe(50);
  });

  test("that are lists may be written as lists", () => {
    const lists: SluiceConfig = {
      AUTH: "iam",
      IAM_CALLERS: [{ principal: "*", tenant: "acme" }],
      SOURCES: [{ name: "docs", tenant: "acme", bucket: "files", prefix: "docs/" }],
    };
    const { settings } = readConfig({}, checkedConfig(lists));
    expect(settings.IAM_CALLERS).toBe('[{"principal":"*","tenant":"acme"}]');
    expect(sourcesOf(settings)).toMatchObject([{ name: "docs", prefix: "docs/", maxSizeMb: 50 }]);
    const wrong = { SOURCES: [{ name: "docs", tenant: "acme" }] };
    expect(() => readConfig({}, checkedConfig(wrong))).toThrow(
      /SOURCES.* in sluice\.config\.ts.*bucket|SOURCES\.0\.bucket/s,
    );
  });

  test("know which of them are set, and which change is accepted", () => {
    const { given, accepted } = readConfig({ SLUICE_RATE_LIMIT: "7" }, file, "prod");
    const names = ["MAX_QUEUED", "RATE_LIMIT", "LLM_EXTRA_BODY", "LLM_API_KEY_SECRET_ARN"];
    expect(given).toEqual(new Set(names));
    expect(accepted).toEqual(new Set(["LLM_MODEL"]));
  });

  test("name the stack by the project and the stage, unless the stage names it", () => {
    expect(readConfig({}, {}).stackName).toBe("Sluice");
    expect(readConfig({}, { stack: "Docs" }).stackName).toBe("Docs");
    expect(readConfig({}, file, "dev").stackName).toBe("Sluice-dev");
    expect(readConfig({}, { ...file, stack: "Docs" }, "dev").stackName).toBe("Docs-dev");
    expect(readConfig({}, file, "prod").stackName).toBe("Documents");
  });

  test("fails when the shell names another stack than the stage does", () => {
    expect(() => readConfig({ SLUICE_STACK: "Sluice-prod" }, file, "dev")).toThrow(
      "SLUICE_STACK is Sluice-prod, but sluice.config.ts names the stack Sluice-dev.",
    );
  });

  test("fails when the file has stages and none is chosen, and when there is no such stage", () => {
    expect(() => readConfig({}, file)).toThrow("--stage dev or --stage prod");
    expect(() => readConfig({}, file, "test")).toThrow("There is no stage test.");
    expect(() => readConfig({}, {}, "test")).toThrow("has no stages");
  });

  test("fails with the name that was written, in the file or as a variable", () => {
    const wrong: SluiceConfig = { MAX_ACTIVE: 0 };
    expect(() => readConfig({}, wrong)).toThrow(/^ {2}MAX_ACTIVE in sluice.config.ts must /m);
    expect(() => readConfig({ SLUICE_MAX_ACTIVE: "0" }, wrong)).toThrow(
      /^ {2}SLUICE_MAX_ACTIVE must /m,
    );
  });

  test("that are undefined count as not set, as the value of a missing variable is", () => {
    const undefinedValues = { MAX_ACTIVE: 4, stages: { dev: { MAX_ACTIVE: undefined } } };
    const { settings, given } = readConfig({}, checkedConfig(undefinedValues), "dev");
    expect(settings.MAX_ACTIVE).toBe(4);
    expect(given).toEqual(new Set(["MAX_ACTIVE"]));
    expect(readConfig({}, checkedConfig({ ALARM_EMAIL: undefined })).given).toEqual(new Set());
  });

  test("in a list are named by their place in it", () => {
    const wrong = { SOURCES: [{ name: "docs", tenant: "acme", bucket: "s3://files" }] };
    expect(() => readConfig({}, checkedConfig(wrong))).toThrow(
      "SOURCES.0.bucket in sluice.config.ts must be the name of an S3 bucket.",
    );
  });

  test("of a construct are named without the file, which its app does not have", () => {
    const name = "the settings of the construct";
    expect(() => readConfig({}, { MAX_ACTIVE: 0 }, undefined, name)).toThrow(
      `MAX_ACTIVE in ${name} must be`,
    );
    const secret = () => checkedConfig({ LLM_API_KEY: "sk" }, name);
    expect(secret).toThrow("by LLM_API_KEY_SECRET_ARN.");
    expect(secret).not.toThrow(/sluice\.config\.ts|SLUICE_LLM_API_KEY/);
  });

  test("fails when a key is given twice: as it is, and by the ARN of a secret", () => {
    expect(() => readConfig({ SLUICE_LLM_API_KEY: "sk" }, file, "prod")).toThrow(
      "SLUICE_LLM_API_KEY and LLM_API_KEY_SECRET_ARN are both set",
    );
  });
});

describe("the file is refused", () => {
  test("when it holds a provider's key, with the two ways to give one", () => {
    expect(invalid({ stages: { prod: { LLM_API_KEY: "sk" } } })).toMatch(
      /stages\.prod\.LLM_API_KEY is a secret.*LLM_API_KEY_SECRET_ARN/,
    );
  });

  test("when it holds an unknown setting, with the closest one", () => {
    expect(invalid({ MAX_QUEUE: 5 })).toContain("Did you mean MAX_QUEUED?");
    expect(invalid({ accept: ["LLM_MODELL"] })).toContain("Did you mean LLM_MODEL?");
  });

  test.each([true, null, Number.NaN, Number.POSITIVE_INFINITY, 5n])(
    "when a value is %s, with what it may be",
    (value) => {
      const shown = (given: unknown) => () => checkedConfig(given);
      const may = "MAX_ACTIVE must be text, a finite number, a list or an object";
      expect(shown({ MAX_ACTIVE: value })).toThrow(`sluice.config.ts: ${may}`);
      expect(shown({ stages: { dev: { MAX_ACTIVE: value } } })).toThrow(`stages.dev.${may}`);
    },
  );

  test("when two stages have the same stack", () => {
    expect(invalid({ stages: { dev: { stack: "Docs" }, prod: { stack: "Docs" } } })).toContain(
      "The stages dev and prod have the same stack Docs.",
    );
    expect(invalid({ stack: "Docs", stages: { dev: { stack: "Docs-prod" }, prod: {} } })).toContain(
      "The stages dev and prod have the same stack Docs-prod.",
    );
  });

  test("when a stage or a stack has a name that CloudFormation would refuse", () => {
    expect(invalid({ stack: "my docs" })).toMatch("stack must be");
    expect(invalid({ stages: { "Prod!": {} } })).toMatch(
      "stages.Prod! has an invalid name: a name must be up to 20 small letters",
    );
  });
});

describe("a file on disk", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-config-"));
    const text = 'export default { stages: { test: { MAX_ACTIVE: 3, LLM_MODEL: "mine" } } };\n';
    writeFileSync(join(folder, "other.config.ts"), text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is read from where SLUICE_CONFIG says, for the stage of SLUICE_STAGE", async () => {
    const SLUICE_CONFIG = join(folder, "other.config.ts");
    const { settings, stackName } = await loadConfig({ SLUICE_CONFIG, SLUICE_STAGE: "test" });
    expect([settings.MAX_ACTIVE, settings.LLM_MODEL, stackName]).toEqual([
      3,
      "mine",
      "Sluice-test",
    ]);
  });

  test("is not needed, and the one of this project sets nothing", async () => {
    const none = await loadConfig({ SLUICE_CONFIG: "none" });
    expect(none).toEqual(readConfig({}));
    expect(await loadConfig({})).toEqual(none);
    expect(await loadConfigFile(join(folder, "missing.ts"))).toEqual({});
  });

  test("must be there if SLUICE_CONFIG names it: without it, every setting would be its default", async () => {
    const SLUICE_CONFIG = join(folder, "missing.ts");
    await expect(loadConfig({ SLUICE_CONFIG })).rejects.toThrow(
      `SLUICE_CONFIG names ${SLUICE_CONFIG}, and there is no such file.`,
    );
  });
});
