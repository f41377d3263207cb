import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LambdaQueryEmbedder } from "../../../lambdas/models/query/lambda-query-embedder.ts";
import { localClient } from "../../support/deployment/emulator.ts";

/** Answers an invocation the way Lambda does: a thrown error is a 200 with a header. */
function lambdaThat(answer: (input: unknown) => { thrown?: string; payload: unknown }): Server {
  return createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { thrown, payload } = answer(JSON.parse(Buffer.concat(parts).toString("utf8")));
      if (thrown !== undefined) response.setHeader("x-amz-function-error", thrown);
      response.end(JSON.stringify(payload));
    });
  });
}

describe("the query embedder on Lambda", () => {
  let server: Server;
  let embedder: LambdaQueryEmbedder;
  let deaths = 0;

  beforeAll(async () => {
    server = lambdaThat((input) => {
      const { kind, text } = input as { kind: string; text: string };
      if (deaths > 0) {
        deaths -= 1;
        return { thrown: "Unhandled", payload: { errorType: "Runtime.ExitError" } };
      }
      if (kind !== "query") return { thrown: "Unhandled", payload: { errorType: "ZodError" } };
      if (text.endsWith("Error")) return { thrown: "Unhandled", payload: { errorType: text } };
      return { payload: { vector: [text.length, 0.5] } };
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    embedder = new LambdaQueryEmbedder(
      new LambdaClient(localClient(`http://127.0.0.1:${port}`)),
      "embed",
    );
  });

  afterAll(() => {
    server.close();
  });

  test("gives the vector that the embed function answers", async () => {
    expect(await embedder.embed("four")).toEqual(Float32Array.of(4, 0.5));
  });

  test("asks once more when the function's process dies", async () => {
    deaths = 1;
    expect(await embedder.embed("four")).toEqual(Float32Array.of(4, 0.5));
    deaths = 2;
    await expect(embedder.embed("four")).rejects.toMatchObject({
      code: "unavailable",
      details: { reason: "Runtime.ExitError" },
    });
  });

  test.each(["CircuitOpenError", "CapacityUnavailableError", "ProviderTimeoutError"])(
    "%s means that no vector can be had now, and when to ask again",
    async (thrown) => {
      await expect(embedder.embed(thrown)).rejects.toMatchObject({
        code: "unavailable",
        retryAfterSeconds: 5,
        details: { reason: thrown },
      });
    },
  );

  test("a text that the provider refuses for good is the request's fault", async () => {
    await expect(embedder.embed("ProviderRejectedError")).rejects.toMatchObject({
      code: "invalid_request",
      details: { issues: [{ path: "query" }] },
    });
  });
});
