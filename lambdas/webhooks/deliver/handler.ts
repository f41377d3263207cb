import * as z from "zod";
import { metrics, tallies } from "../../accounting/wiring.ts";
import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { messagesHandler } from "../../platform/tasks/messages.ts";
import { deliveries, deliveryQueue, secrets, sender } from "../wiring.ts";
import { deliver } from "./deliver.ts";

const ports = {
  deliveries: deliveries(),
  secrets: secrets(),
  queue: deliveryQueue(),
  sender: sender(),
  clock: systemClock,
  metrics: metrics(),
  tallies: tallies(),
};

const messageSchema = z.object({
  tenant: z.string(),
  deliveryId: z.string(),
  attempts: z.int().min(0),
});

/** One message an invocation: a receiver that hangs holds up nobody else's webhooks. */
export const handler = messagesHandler(
  "deliver ended with an error; its webhook comes again",
  async ({ Records }) => {
    for (const { body, attributes } of Records) {
      const message = messageSchema.parse(JSON.parse(body));
      const comesAgain = Number(attributes.ApproximateReceiveCount) > 1;
      const outcome = await deliver(message, ports, comesAgain);
      log.info("webhook", { delivery_id: message.deliveryId, outcome });
    }
    return { batchItemFailures: [] };
  },
);
