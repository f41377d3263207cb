import { searchRequestSchema } from "../../contract/calls/search.ts";
import { vectorSpace } from "../../models/provider.ts";
import { embeddingsIdentity } from "../../models/providers.ts";
import { reranker } from "../../models/rerank/wiring.ts";
import { queryEmbedder } from "../../models/wiring.ts";
import { deployment } from "../../platform/deployment.ts";
import { keys } from "../../records/wiring.ts";
import { vectors } from "../../vectors/wiring.ts";
import { httpHandler } from "../http-handler.ts";
import { search } from "./search.ts";

const ports = { vectors: await vectors(), embedder: queryEmbedder(), reranker: reranker() };
const settings = { embeddingModel: vectorSpace(embeddingsIdentity(deployment.settings)) };

export const handler = httpHandler({
  keys: keys(),
  body: searchRequestSchema,
  answer: async ({ caller, body }) => ({
    status: 200,
    body: await search(caller.tenant, body, ports, settings),
  }),
});
