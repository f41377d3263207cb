/** Reads the dead letters of a deployed stack, local or on AWS. */
import { SQSClient } from "@aws-sdk/client-sqs";
import type { AwsClientOptions } from "../../ops/aws-client-options.ts";
import { type DeadLetter, type DeadLetterOptions, deadLetters } from "../../ops/dead-letters.ts";
import { onStack } from "./stack.ts";

/**
 * @param each called with every message after it was read or moved
 * @returns the number of messages
 * @throws DeploymentError if there is no stack, or if AWS refuses
 */
export function eachDeadLetter(
  reach: AwsClientOptions,
  options: DeadLetterOptions,
  each: (letter: DeadLetter) => void,
): Promise<number> {
  const failed = options.replay
    ? "Some dead letters could not be moved and are still in the queue"
    : "The dead letters could not be read";
  return onStack(reach, failed, async (outputs) => {
    const sqs = new SQSClient(reach);
    try {
      let count = 0;
      for await (const letter of deadLetters(sqs, outputs, options)) {
        count += 1;
        each(letter);
      }
      return count;
    } finally {
      sqs.destroy();
    }
  });
}
