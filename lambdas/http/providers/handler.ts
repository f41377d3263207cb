import { vectorSpace } from "../../models/provider.ts";
import { embeddingsIdentity, llmIdentity } from "../../models/providers.ts";
import { probes } from "../../models/wiring.ts";
import { deployment } from "../../platform/deployment.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { keys } from "../../records/wiring.ts";
import { httpHandler } from "../http-handler.ts";
import { checkProviders } from "./providers.ts";

const { settings } = deployment;
const ports = { probes: probes(), clock: systemClock };
const inUse = {
  llm: {
    provider: settings.METADATA_PROVIDER,
    model: llmIdentity(settings).model,
    isCalled: settings.METADATA_PER !== "none",
  },
  embeddings: {
    provider: settings.EMBEDDINGS_PROVIDER,
    model: vectorSpace(embeddingsIdentity(settings)),
  },
};

export const handler = httpHandler({
  keys: keys(),
  answer: async ({ caller }) => ({
    status: 200,
    body: await checkProviders(caller, ports, inUse),
  }),
});
