import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { providerKey as ProviderKey } from "../../../lambdas/models/provider-key.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";
import { reaching, withEnvironment } from "../../support/process-environment.ts";

/** Secrets Manager, as far as it answers for one secret. */
let server: Server;
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
  server = createServer((_, response) => {
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

test("a secret that holds bytes fails the job, and says what it should hold", async () => {
  answer = holding({ SecretBinary: "c2stYnl0ZXM=" });
  await expect(providerKey("LLM_API_KEY")?.current()).rejects.toMatchObject({
    name: "ProviderMisconfiguredError",
    message: expect.stringContaining("as plain text") as unknown,
  });
});

test("without a secret there is no key", () => {
  expect(providerKey("RERANK_API_KEY")).toBeUndefined();
});
