import type { BatchAnswer } from "../../contract/calls/batch.ts";
import {
  type AcceptedAnswer,
  type BatchItem,
  batchItemSchema,
} from "../../contract/calls/ingest.ts";
import { errorAnswer } from "../http-handler.ts";
import { parse } from "../request/parse.ts";

/** An item of a batch, or the error that says what is wrong with it. */
export function itemOf(sent: unknown): BatchItem | Error {
  try {
    return parse(batchItemSchema, sent);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** Each answer as the response that it would have been. */
export function viewBatch(
  answers: readonly (AcceptedAnswer | Error)[],
  requestId: string,
): BatchAnswer {
  const items = answers.map((answer, index) => {
    if (!(answer instanceof Error)) {
      return { index, status: 202, headers: { Location: answer.status_url }, body: answer };
    }
    const { status, headers, body } = errorAnswer(answer, requestId);
    const retryAfter = headers?.["retry-after"];
    return {
      index,
      status,
      headers: retryAfter === undefined ? {} : { "Retry-After": retryAfter },
      body,
    };
  });
  return { accepted: items.filter(({ status }) => status === 202).length, items };
}
