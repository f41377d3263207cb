import { embeddingsIdentity, llmIdentity } from "../domain/identities.ts";
import { sha256 } from "../domain/keys.ts";
import { systemChance, systemClock } from "../runtime/clock.ts";
import { deployment, gateLimits } from "../runtime/deployment.ts";
import { httpHandler } from "../runtime/http.ts";
import {
  documents,
  gate,
  idempotency,
  jobs,
  keys,
  metrics,
  objects,
  queue,
  tallies,
  uploads,
} from "../runtime/ports.ts";
import { idempotencyKeySchema, ingestRequestSchema } from "./schema.ts";
import { submit } from "./submit.ts";

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
const models = [llmIdentity(deployment.settings), embeddingsIdentity(deployment.settings)];

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
