/** Looks into the dead letters of a deployed stack, wherever it is. */
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Reach } from "../../ops/aws-client-options.ts";
import { type DeadLetter, type DeadLetterOptions, deadLetters } from "../../ops/dead-letters.ts";
import { onStack } from "./stack.ts";

/**
 * @param each told of every message as soon as it was looked at or moved
 * @returns how many there were
 * @throws DeploymentError when there is no stack, or AWS refuses.
 */
export function eachDeadLetter(
  reach: Reach,
  options: DeadLetterOptions,
  each: (letter: DeadLetter) => void,
): Promise<number> {
  const failed = options.replay
    ? "Not all dead letters could be moved; what was not is still there"
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
