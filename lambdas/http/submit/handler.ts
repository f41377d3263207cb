import { metrics, tallies } from "../../accounting/wiring.ts";
import { idempotencyKeySchema, ingestRequestSchema } from "../../contract/calls/ingest.ts";
import { submit } from "../../intake/submit.ts";
import { embeddingsIdentity, llmIdentity } from "../../models/providers.ts";
import { deployment } from "../../platform/deployment.ts";
import { sha256 } from "../../platform/sha256.ts";
import { systemChance, systemClock } from "../../platform/system-clock.ts";
import { documents, idempotency, jobs, keys, objects, uploads } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { gate, queue } from "../../scheduling/wiring.ts";
import { httpHandler } from "../http-handler.ts";

const ports = {
  gate: gate(),
  jobs: jobs(),
  documents: documents(),
  objects: objects(),
  uploads: uploads(),
  queue: queue(),
  idempotency: idempotency(),
  metrics: metrics(),
  tallies: tallies(),
  clock: systemClock,
  chance: systemChance,
};
const embeddings = embeddingsIdentity(deployment.settings);
const models = [
  llmIdentity(deployment.settings),
  // A document sent again after this setting changed is not unchanged: its vectors will be others.
  { ...embeddings, recipe: `${embeddings.recipe}, context ${deployment.settings.CHUNK_CONTEXT}` },
];

export const handler = httpHandler({
  keys: keys(),
  body: ingestRequestSchema,
  headers: idempotencyKeySchema,
  answer: async ({ caller, body, rawBody, headers }) => {
    const idempotencyKey = headers["idempotency-key"];
    const answer = await submit(
      {
        tenant: caller.tenant,
        request: body,
        bodyHash: sha256(rawBody),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      },
      ports,
      { ...gateLimits, models },
    );
    return { status: 202, headers: { location: answer.status_url }, body: answer };
  },
});
