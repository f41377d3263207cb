import { afterEach, beforeEach, expect, test } from "vitest";
import { BedrockReranker } from "../../../../lambdas/models/bedrock/bedrock-reranker.ts";
import { type BedrockStandIn, startBedrockStandIn } from "../../../support/bedrock-stand-in.ts";

let bedrock: BedrockStandIn;
beforeEach(async () => {
  bedrock = await startBedrockStandIn();
});
afterEach(() => bedrock.close());

const texts = ["a lock", "a ferry at the lock", "a bridge"];

test.each(["cohere.rerank-v3-5:0", "amazon.rerank-v1:0"])(
  "%s is asked in its own form, and answers the scores in the texts' order",
  async (model) => {
    const reranker = new BedrockReranker({ model, client: bedrock.client });
    expect(await reranker.score("ferry lock", texts)).toEqual([0.5, 1, 0]);
    expect(bedrock.asked).toMatchObject([
      { model, operation: "invoke", body: { query: "ferry lock", documents: texts, top_n: 3 } },
    ]);
  },
);

test("says how Bedrock refused, and how long it asks to wait", async () => {
  bedrock.faults = [{ status: 429, type: "ThrottlingException", headers: { "retry-after": "30" } }];
  const reranker = new BedrockReranker({ model: "amazon.rerank-v1:0", client: bedrock.client });
  await expect(reranker.score("x", texts)).rejects.toMatchObject({
    name: "RerankRefusedError",
    status: 429,
    retryAfterMs: 30_000,
  });
});
