import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { localEmbedder } from "../../../lambdas/models/local/local-embedder.ts";
import { localLanguageModel } from "../../../lambdas/models/local/local-language-model.ts";
import { openAIEmbedder } from "../../../lambdas/models/openai/openai-embedder.ts";
import { openAILanguageModel } from "../../../lambdas/models/openai/openai-language-model.ts";
import { embedderContract, languageModelContract } from "../../contracts/models/models.ts";
import { type FakeProvider, startFakeProvider } from "../../support/fake-provider/fake-provider.ts";
import { SkippingClock } from "../../support/fakes/clock.ts";
import { ScriptedEmbedder, ScriptedLanguageModel } from "../../support/fakes/models/models.ts";

const clock = { now: () => Date.now() };
let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());

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
