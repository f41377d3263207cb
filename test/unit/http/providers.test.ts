import { describe, expect, test } from "vitest";
import { providersSchema } from "../../../lambdas/contract/calls/providers.ts";
import { checkProviders } from "../../../lambdas/http/providers/providers.ts";
import { ProbeFailedError } from "../../../lambdas/models/query/model-probe.ts";
import { ManualClock } from "../../support/fakes/clock.ts";

const operator = { tenant: "acme", role: "operator" } as const;
const inUse = {
  llm: { provider: "openai", model: "small" },
  embeddings: { provider: "local", model: "MiniLM" },
};
const good = { call: async () => ({ dimensions: 384 }) };
const failing = (errorName: string, message: string) => ({
  call: () => Promise.reject(new ProbeFailedError(errorName, message)),
});
const check = (llm = good, caller: Parameters<typeof checkProviders>[0] = operator, use = inUse) =>
  checkProviders(caller, { probes: { llm, embeddings: good }, clock: new ManualClock() }, use);

describe("POST /v1/providers/check", () => {
  test("shows that both models respond", async () => {
    const answer = await check();
    expect(providersSchema.parse(answer)).toEqual(answer);
    expect(answer.embeddings).toMatchObject({ model: "MiniLM", status: "ok", dimensions: 384 });
  });

  test("names the code and the words of a call that failed", async () => {
    const message = "The language model's endpoint answered 401: Wrong key.";
    const { llm, embeddings } = await check(failing("ProviderMisconfiguredError", message));
    expect(llm).toMatchObject({ status: "failed", code: "provider_misconfigured", message });
    expect(embeddings.status).toBe("ok");
    expect((await check(failing("TypeError", "x"))).llm).toMatchObject({ code: "step_failed" });
  });

  test("calls no language model where none is used", async () => {
    const none = { ...inUse, llm: { ...inUse.llm, isCalled: false } };
    const { llm } = await check(failing("Error", "called"), operator, none);
    expect(llm).toEqual({ provider: "openai", model: "small", status: "skipped" });
  });

  test("is refused to a tenant's key", async () => {
    const tenant = { tenant: "acme", role: "tenant" } as const;
    await expect(check(good, tenant)).rejects.toMatchObject({ code: "forbidden" });
  });
});
