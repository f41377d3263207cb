import * as z from "zod";
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
    for (const { body } of Records) {
      const message = messageSchema.parse(JSON.parse(body));
      const outcome = await deliver(message, ports);
      log.info("webhook", { delivery_id: message.deliveryId, outcome });
    }
    return { batchItemFailures: [] };
  },
);
