import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { bedrockEmbedder } from "../../../lambdas/models/bedrock/bedrock-embedder.ts";
import { bedrockLanguageModel } from "../../../lambdas/models/bedrock/bedrock-language-model.ts";
import { localEmbedder } from "../../../lambdas/models/local/local-embedder.ts";
import { localLanguageModel } from "../../../lambdas/models/local/local-language-model.ts";
import { openAIEmbedder } from "../../../lambdas/models/openai/openai-embedder.ts";
import { openAILanguageModel } from "../../../lambdas/models/openai/openai-language-model.ts";
import { embedderContract, languageModelContract } from "../../contracts/models/models.ts";
import { type BedrockStandIn, startBedrockStandIn } from "../../support/bedrock-stand-in.ts";
import { type FakeProvider, startFakeProvider } from "../../support/fake-provider/fake-provider.ts";
import { SkippingClock } from "../../support/fakes/clock.ts";
import { ScriptedEmbedder, ScriptedLanguageModel } from "../../support/fakes/models/models.ts";

const clock = { now: () => Date.now() };
let provider: FakeProvider;
let standIn: BedrockStandIn;
beforeAll(async () => {
  provider = await startFakeProvider();
  standIn = await startBedrockStandIn();
});
afterAll(async () => {
  await Promise.all([provider.close(), standIn.close()]);
});

const local = (model: string) => ({ provider: "local", model, recipe: "1" });
const remote = () => ({ provider: provider.baseUrl, model: "m", recipe: "1" });

const modelDirectory = join(import.meta.dirname, "../../../models/all-MiniLM-L6-v2");
const minilm = localEmbedder({ identity: local("all-MiniLM-L6-v2"), modelDirectory });
const tools = localLanguageModel({ identity: local("wink-compromise") });

languageModelContract("scripted", () => new ScriptedLanguageModel({ clock: new SkippingClock() }));
embedderContract("scripted", () => new ScriptedEmbedder({ clock: new SkippingClock() }));
languageModelContract("local", () => tools);
languageModelContract("openai", () => openAILanguageModel({ identity: remote(), clock }));
embedderContract("local", () => minilm);
embedderContract("openai", () => openAIEmbedder({ identity: remote(), clock }));

const onBedrock = (model: string) => ({
  identity: { provider: "bedrock", model, recipe: "1" },
  clock,
  client: standIn.client,
});
languageModelContract("bedrock", () => bedrockLanguageModel(onBedrock("amazon.nova-lite-v1:0")));
embedderContract("Titan on bedrock", () =>
  bedrockEmbedder(onBedrock("amazon.titan-embed-text-v2:0")),
);
embedderContract("Cohere on bedrock", () =>
  bedrockEmbedder(onBedrock("cohere.embed-multilingual-v3")),
);
