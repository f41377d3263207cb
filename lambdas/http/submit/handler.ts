import { metrics, tallies } from "../../accounting/wiring.ts";
import { batchEnvelopeSchema } from "../../contract/calls/batch.ts";
import {
  aboutFileSchema,
  batchKeySchema,
  idempotencyKeySchema,
  ingestRequestSchema,
} from "../../contract/calls/ingest.ts";
import { submitBatch } from "../../intake/batch.ts";
import { submit } from "../../intake/submit.ts";
import { sha256 } from "../../platform/sha256.ts";
import { systemChance, systemClock } from "../../platform/system-clock.ts";
import { documents, idempotency, jobs, keys, objects, uploads } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { gate, queue } from "../../scheduling/wiring.ts";
import { httpHandler, httpRouter } from "../http-handler.ts";
import type { SentFile } from "../request/body.ts";
import { itemOf, viewBatch } from "./batch-view.ts";

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

const one = httpHandler({
  keys: keys(),
  body: ingestRequestSchema,
  aboutFile: aboutFileSchema,
  headers: idempotencyKeySchema,
  answer: async ({ caller, body, rawBody, file, headers }) => {
    const idempotencyKey = headers["idempotency-key"];
    const answer = await submit(
      {
        tenant: caller.tenant,
        request: body,
        ...(file === undefined ? {} : { file }),
        bodyHash: file === undefined ? sha256(rawBody) : hashOf(file, body),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      },
      ports,
      gateLimits,
    );
    return { status: 202, headers: { location: answer.status_url }, body: answer };
  },
});

const many = httpHandler({
  keys: keys(),
  body: batchEnvelopeSchema,
  headers: batchKeySchema,
  answer: async ({ caller, body, headers, requestId }) => {
    const idempotencyKey = headers["idempotency-key"];
    const answers = await submitBatch(
      {
        tenant: caller.tenant,
        items: body.items.map(itemOf),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      },
      ports,
      gateLimits,
    );
    return { status: 200, body: viewBatch(answers, requestId) };
  },
});

export const handler = httpRouter({ "POST /ingest": one, "POST /ingest/batch": many });

/** Of a file and of what its query says about it. */
function hashOf({ bytes, contentType }: SentFile, about: object): string {
  return sha256(JSON.stringify([sha256(bytes), contentType, about]));
}
