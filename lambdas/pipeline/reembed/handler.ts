import * as z from "zod";
import { vectorSpace } from "../../models/provider.ts";
import { embeddingsIdentity } from "../../models/providers.ts";
import { lambda } from "../../platform/clients.ts";
import { deployment } from "../../platform/deployment.ts";
import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { taskHandler } from "../../platform/tasks/task.ts";
import { answers, documents, leases, reindexes } from "../../records/wiring.ts";
import { vectors } from "../../vectors/wiring.ts";
import { LambdaPassageEmbedder } from "./lambda-passage-embedder.ts";
import { reembed } from "./reembed.ts";

/** Of a run's time, for the documents begun last. */
const reserveMs = 120_000;

const ports = {
  answers: answers(),
  documents: documents(),
  leases: leases(),
  reindexes: reindexes(),
  vectors: await vectors(),
  passages: new LambdaPassageEmbedder(lambda(), deployment.resource("EMBED_FUNCTION")),
  clock: systemClock,
};
const identity = embeddingsIdentity(deployment.settings);
const target = { identity, embeddingModel: vectorSpace(identity) };

export const handler = taskHandler(
  z.strictObject({ tenant: z.string() }),
  async ({ tenant }, { id, deadlineMs }) => {
    const run = { run: id, untilMs: deadlineMs - reserveMs };
    log.info("reindex", { outcome: await reembed(tenant, target, ports, run) });
  },
);
