import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { expect, test } from "vitest";
import * as z from "zod";
import { httpHandler } from "../../../lambdas/http/http-handler.ts";
import { scheduledHandler, taskHandler } from "../../../lambdas/platform/tasks/task.ts";
import { wakeUpHandler } from "../../../lambdas/scheduling/dispatch/wake-up.ts";

/** Its time is up long before the work is done. */
const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 20 } as Context;

type Handler = (event: never, context: Context) => Promise<unknown>;
const kinds: Record<string, (work: () => Promise<void>) => Handler> = {
  "a task": (work) => taskHandler(z.looseObject({}), work),
  "what a schedule sets off": (work) => scheduledHandler(work),
  "a route of the API": (work) =>
    httpHandler({ answer: () => work().then(() => ({ status: 200, body: {} })) }),
  dispatch: (work) => wakeUpHandler(() => work().then(() => [])),
};

test.each(Object.entries(kinds))(
  "no answer comes from %s while its work goes on: Lambda would freeze it there",
  async (_, handlerOf) => {
    let finished = false;
    const handler = handlerOf(async () => {
      await sleep(60);
      finished = true;
    });
    await handler({} as never, context).catch(() => {});
    expect(finished).toBe(true);
  },
);
