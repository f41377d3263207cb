import { reindexQuerySchema, reindexRequestSchema } from "../../contract/calls/reindex.ts";
import { vectorSpace } from "../../models/provider.ts";
import { embeddingsIdentity } from "../../models/providers.ts";
import { deployment } from "../../platform/deployment.ts";
import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { keys, reindexes } from "../../records/wiring.ts";
import { reembedTrigger } from "../../scheduling/wiring.ts";
import { httpHandler, httpRouter } from "../http-handler.ts";
import { reindex, reindexState } from "./reindex.ts";

const ports = { reindexes: reindexes(), trigger: reembedTrigger(), clock: systemClock };
const embeddingModel = vectorSpace(embeddingsIdentity(deployment.settings));

export const handler = httpRouter({
  "POST /reindex": httpHandler({
    keys: keys(),
    body: reindexRequestSchema,
    answer: async ({ caller, body }) => {
      const answer = await reindex(caller, body, ports, embeddingModel);
      // The log is the only record of who began or ended it.
      log.info("reindex", { caller: caller.tenant, ...answer });
      return { status: answer.status === "running" ? 202 : 200, body: answer };
    },
  }),
  "GET /reindex": httpHandler({
    keys: keys(),
    query: reindexQuerySchema,
    answer: async ({ caller, query }) => ({
      status: 200,
      body: await reindexState(caller, query.tenant ?? caller.tenant, ports, embeddingModel),
    }),
  }),
});
