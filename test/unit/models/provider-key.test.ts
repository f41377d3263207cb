import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { providerKey as ProviderKey } from "../../../lambdas/models/provider-key.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";
import { reaching, withEnvironment } from "../../support/process-environment.ts";

/** Secrets Manager, as far as it answers for one secret. */
let server: Server;
let askedRegion: string | undefined;
let answer: { readonly status: number; readonly body: Readonly<Record<string, string>> };
const withoutValue = {
  status: 400,
  body: {
    __type: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT.",
  },
};
const holding = (value: Readonly<Record<string, string>>) => ({ status: 200, body: value });

let providerKey: typeof ProviderKey;
withEnvironment(async () => {
  server = createServer(({ headers }, response) => {
    askedRegion = /\/([\w-]+)\/secretsmanager\//.exec(headers.authorization ?? "")?.[1];
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answer.body));
  });
  return { ...reaching(await listen(server)), SLUICE_LLM_API_KEY_SECRET: "arn:of-the-secret" };
});
beforeAll(async () => {
  ({ providerKey } = await import("../../../lambdas/models/provider-key.ts"));
});
afterAll(() => closeAtOnce(server));
beforeEach(() => {
  answer = withoutValue;
});

test.each([
  ["as AWS says it", withoutValue],
  ["as an emulator says it", holding({ SecretString: "" })],
])("a key that is not stored yet is waited for, %s", async (_, notYet) => {
  const key = providerKey("LLM_API_KEY");
  answer = notYet;
  await expect(key?.current()).rejects.toMatchObject({
    name: "ProviderUnavailableError",
    message: expect.stringContaining("arn:of-the-secret has no key yet") as unknown,
  });
  answer = holding({ SecretString: "sk-stored" });
  expect(await key?.current()).toBe("sk-stored");
});

test("a line break around the key is no part of it: a file that was stored ends with one", async () => {
  answer = holding({ SecretString: " sk-stored\r\n" });
  expect(await providerKey("LLM_API_KEY")?.current()).toBe("sk-stored");
  answer = holding({ SecretString: "\n" });
  await expect(providerKey("LLM_API_KEY")?.current()).rejects.toThrow("has no key yet");
});

test("a secret that holds names and values, as a console stores them, fails the job and says what it should hold", async () => {
  answer = holding({ SecretString: '{"LLM_API_KEY":"sk-stored"}\n' });
  await expect(providerKey("LLM_API_KEY")?.current()).rejects.toMatchObject({
    name: "ProviderMisconfiguredError",
    message:
      "The secret arn:of-the-secret holds a JSON object: put the provider's key into it as plain text.",
  });
});

test("a secret that holds bytes fails the job, and says what it should hold", async () => {
  answer = holding({ SecretBinary: "c2stYnl0ZXM=" });
  await expect(providerKey("LLM_API_KEY")?.current()).rejects.toMatchObject({
    name: "ProviderMisconfiguredError",
    message: expect.stringContaining("as plain text") as unknown,
  });
});

test("a secret is asked for in its own region, which need not be the deployment's", async () => {
  answer = holding({ SecretString: "sk-stored" });
  for (const region of ["eu-west-1", "us-east-1"]) {
    const arn = `arn:aws:secretsmanager:${region}:111122223333:secret:llm-AbCdEf`;
    vi.stubEnv("SLUICE_RERANK_API_KEY_SECRET", arn);
    expect(await providerKey("RERANK_API_KEY")?.current()).toBe("sk-stored");
    expect(askedRegion).toBe(region);
  }
  vi.stubEnv("SLUICE_RERANK_API_KEY_SECRET", undefined);
});

test("without a secret there is no key", () => {
  expect(providerKey("RERANK_API_KEY")).toBeUndefined();
});
