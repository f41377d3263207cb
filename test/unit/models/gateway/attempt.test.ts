import { expect, test } from "vitest";
import { attempt } from "../../../../lambdas/models/gateway/attempt.ts";

const aborted = { signal: AbortSignal.abort(), correlationId: "job-1-metadata-0" };
const invoke = () => Promise.reject(new Error("aborted"));

test("a call that was aborted says how many seconds it had, and what helps", async () => {
  expect(await attempt(invoke, { ...aborted, timeoutMs: 30_000 })).toMatchObject({
    kind: "failed",
    error: {
      name: "ProviderTimeoutError",
      message:
        "The provider did not answer within 30 seconds. If this repeats, use a faster model, or raise the setting of its call time-out.",
    },
  });
});

test("a call whose time is not known names no figure", async () => {
  const attempted = await attempt(invoke, aborted);
  expect(attempted).toMatchObject({
    error: { message: expect.stringMatching(/^The provider did not answer in time\. /) as string },
  });
});
