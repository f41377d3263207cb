/** The middleware of what a queue wakes. */
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { log } from "../log.ts";
import { untilKilled } from "./deadline.ts";

/**
 * @param failed what the log says when all messages come again because `handle` threw
 * @param handle answers the messages that come again
 */
export function messagesHandler(
  failed: string,
  handle: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>,
) {
  return middy<SQSEvent, SQSBatchResponse>(untilKilled)
    .before(({ context }) => {
      log.resetKeys();
      log.appendKeys({ request_id: context.awsRequestId });
    })
    .onError(({ error }) => {
      log.warn(failed, { error: error as Error });
    })
    .handler(handle);
}
