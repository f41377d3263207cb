import type { Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { httpHandler } from "../../../lambdas/runtime/http.ts";

const echo = httpHandler({
  answer: ({ path }) => Promise.resolve({ status: 200, body: path }),
});

async function asked(id: string) {
  const event = { pathParameters: { id }, headers: {}, body: null } as never;
  const answer = await echo(event, { awsRequestId: "r" } as Context);
  return [answer.statusCode, JSON.parse(answer.body) as unknown] as const;
}

describe("an id in the path", () => {
  test.each(["team:report", "team%3Areport", "team%3areport"])(
    "is read as it was meant: %s",
    async (id) => {
      expect(await asked(id)).toEqual([200, { id: "team:report" }]);
    },
  );

  test.each([
    ["too long to be one", "x".repeat(2_100)],
    ["of letters that no id has", "a%20b"],
    ["badly encoded", "%ZZ"],
    ["a path", "..%2F..%2Fetc"],
  ])("that is %s is not found", async (_, id) => {
    const [status, body] = await asked(id);
    expect([status, body]).toEqual([
      404,
      {
        error: expect.stringMatching(/^.{1,141} does not exist\.$/) as string,
        code: "not_found",
        request_id: "r",
      },
    ]);
  });
});
