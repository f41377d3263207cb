/** The middleware stack of what the jobs queue wakes. */
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { log } from "../../platform/log.ts";
import { untilKilled } from "../../platform/tasks/deadline.ts";

/**
 * @param look serves all messages of a batch at once, as none of them carries
 * work; when it fails, all of them come again
 */
export function wakeUpHandler(look: () => Promise<readonly string[]>) {
  return middy<SQSEvent, SQSBatchResponse>(untilKilled)
    .before(({ context }) => {
      log.resetKeys();
      log.appendKeys({ request_id: context.awsRequestId });
    })
    .onError(({ error }) => {
      log.warn("dispatch ended with an error; its wake-ups come again", { error: error as Error });
    })
    .handler(async () => {
      const started = await look();
      if (started.length > 0) log.info("started", { attempts: started });
      return { batchItemFailures: [] };
    });
}
