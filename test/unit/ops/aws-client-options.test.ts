import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { reach } from "../../../cli/connection.ts";

beforeEach(() => {
  vi.stubEnv("AWS_REGION", undefined);
  vi.stubEnv("AWS_DEFAULT_REGION", undefined);
  // A profile has a region, which the shell's variables replace.
  vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
});
afterEach(() => vi.unstubAllEnvs());

const regionOfCalls = () => new SQSClient(reach(true)).config.region();

test.each([
  [{ AWS_DEFAULT_REGION: "eu-west-3" }, "eu-west-3"],
  [{ AWS_REGION: "eu-central-1" }, "eu-central-1"],
  [{ AWS_REGION: "eu-central-1", AWS_DEFAULT_REGION: "eu-west-3" }, "eu-central-1"],
  [{ AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-3" }, "eu-west-3"],
])("calls with %j go to the region that the CDK deploys to", async (variables, region) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  expect(await regionOfCalls()).toBe(region);
});

test("without a region, the SDK says that it misses one", async () => {
  await expect(regionOfCalls()).rejects.toThrow("Region is missing");
});
