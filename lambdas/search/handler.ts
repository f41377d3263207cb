import { embeddingsIdentity } from "../domain/identities.ts";
import { deployment } from "../runtime/deployment.ts";
import { httpHandler } from "../runtime/http.ts";
import { keys, queryEmbedder } from "../runtime/ports.ts";
import { vectors } from "../runtime/vectors.ts";
import { searchRequestSchema } from "./schema.ts";
import { search } from "./search.ts";

const ports = { vectors: await vectors(), embedder: queryEmbedder() };
const settings = { embeddingModel: embeddingsIdentity(deployment.settings).model };

export const handler = httpHandler({
  keys: keys(),
  body: searchRequestSchema,
  answer: async ({ caller, body }) => ({
    status: 200,
    body: await search(caller.tenant, body, ports, settings),
  }),
});
