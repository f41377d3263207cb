import { log } from "../../platform/log.ts";
import { messagesHandler } from "../../platform/tasks/messages.ts";

/**
 * @param look serves all messages of a batch at once, as none of them carries
 * work; when it fails, all of them come again
 */
export function wakeUpHandler(look: () => Promise<readonly string[]>) {
  return messagesHandler("dispatch ended with an error; its wake-ups come again", async () => {
    const started = await look();
    if (started.length > 0) log.info("started", { attempts: started });
    return { batchItemFailures: [] };
  });
}
