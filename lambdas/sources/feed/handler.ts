import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { metrics, tallies } from "../../accounting/wiring.ts";
import { RequestRefusedError } from "../../contract/refusals.ts";
import { removeFromSearches } from "../../http/documents/remove.ts";
import { log } from "../../platform/log.ts";
import { systemChance, systemClock } from "../../platform/system-clock.ts";
import { untilKilled } from "../../platform/tasks/deadline.ts";
import type { DocumentRef } from "../../records/documents/document-store.ts";
import { documents, erasures, jobs, objects } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { gate, queue } from "../../scheduling/wiring.ts";
import { vectors } from "../../vectors/wiring.ts";
import { bucketOf, configured, hints, records, sourceStates } from "../wiring.ts";
import { feed } from "./feed.ts";
import { takeHints } from "./take-hints.ts";

const stored = {
  documents: documents(),
  vectors: await vectors(),
  erasures: erasures(),
  clock: systemClock,
};
const ports = {
  gate: gate(),
  jobs: jobs(),
  documents: documents(),
  objects: objects(),
  queue: queue(),
  metrics: metrics(),
  tallies: tallies(),
  records: records(),
  sources: sourceStates(),
  bucketOf,
  removeDocument: remove,
  clock: systemClock,
  chance: systemChance,
};
const sources = configured();
/** Time kept for what was begun last. */
const reserveMs = 12_000;

export const handler = middy<SQSEvent, SQSBatchResponse>(untilKilled)
  .before(({ context }) => {
    log.resetKeys();
    log.appendKeys({ request_id: context.awsRequestId });
  })
  .onError(({ error }) => {
    log.warn("feed ended with an error; its messages come again", { error: error as Error });
  })
  .handler(async ({ Records }, context) => {
    const untilMs = Date.now() + context.getRemainingTimeInMillis() - reserveMs;
    const messages = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const refused = await takeHints(messages, sources, ports);
    // One message, however much is left: the next run takes its share and wakes the one after it.
    if ((await feed(sources, ports, gateLimits, untilMs)) === "more") await hints().wake("more");
    if (refused.length > 0) log.warn("objects could not be looked at", { count: refused.length });
    return { batchItemFailures: refused.map((itemIdentifier) => ({ itemIdentifier })) };
  });

async function remove(ref: DocumentRef, holder: string): Promise<"removed" | "busy"> {
  try {
    await removeFromSearches(ref, holder, stored);
    return "removed";
  } catch (error) {
    if (error instanceof RequestRefusedError && error.code === "unavailable") return "busy";
    throw error;
  }
}
