import { metrics, tallies } from "../../accounting/wiring.ts";
import { log } from "../../platform/log.ts";
import { systemChance, systemClock } from "../../platform/system-clock.ts";
import { messagesHandler } from "../../platform/tasks/messages.ts";
import type { DocumentRef } from "../../records/documents/document-store.ts";
import { documents, erasures, jobs, objects } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { gate, queue } from "../../scheduling/wiring.ts";
import { removeFromSearches } from "../../vectors/remove-document.ts";
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

export const handler = messagesHandler(
  "feed ended with an error; its messages come again",
  async ({ Records }, context) => {
    const untilMs = Date.now() + context.getRemainingTimeInMillis() - reserveMs;
    const messages = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const refused = await takeHints(messages, sources, ports);
    // One message, however much is left: the next run takes its share and wakes the one after it.
    if ((await feed(sources, ports, gateLimits, untilMs)) === "more") await hints().wake("more");
    if (refused.length > 0) log.warn("objects could not be looked at", { count: refused.length });
    return { batchItemFailures: refused.map((itemIdentifier) => ({ itemIdentifier })) };
  },
);

async function remove(ref: DocumentRef, holder: string): Promise<"removed" | "busy"> {
  const version = await removeFromSearches(ref, holder, stored);
  return version === "busy" ? "busy" : "removed";
}
