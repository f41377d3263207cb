import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { localClient } from "../../support/deployment/emulator.ts";
import { customRuntime, functionCode } from "../../support/deployment/function-code.ts";
import { functionProcesses } from "../../support/deployment/function-processes.ts";

const lambda = new LambdaClient(localClient(inject("endpoint")));
afterAll(() => lambda.destroy());

describe("a function's process that ends while it starts", () => {
  let code: Uint8Array;
  beforeAll(async () => {
    code = await functionCode(join(import.meta.dirname, "../../support/deployment/slow-start.ts"));
  });

  async function newFunction(variables: Record<string, string> = {}): Promise<string> {
    const name = `slow-start-${randomUUID().slice(0, 8)}`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        ...customRuntime,
        Code: { ZipFile: code },
        Timeout: 30,
        MemorySize: 512,
        Environment: { Variables: variables },
      }),
    );
    return name;
  }

  async function call(FunctionName: string, event: number): Promise<unknown> {
    const Payload = JSON.stringify(event);
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    const said: unknown = JSON.parse(answer.Payload?.transformToString() ?? "null");
    return answer.FunctionError === undefined ? said : (said as { errorType: string }).errorType;
  }

  test("fails the call that started it and no other, and the next call starts anew", async () => {
    const name = await newFunction();
    const { port } = new URL(inject("endpoint"));
    const calls = Promise.all([1, 2, 3].map((event) => call(name, event)));
    const started = await vi.waitFor(
      () => {
        const processes = functionProcesses(port).filter((process) => process.name === name);
        expect(processes).toHaveLength(3);
        return processes;
      },
      { timeout: 10_000 },
    );
    const youngest = Math.max(...started.map(({ pid }) => pid));
    process.kill(youngest, "SIGKILL");
    const answers = await calls;
    expect(answers.filter((answer) => answer === "Runtime.ExitError")).toHaveLength(1);
    expect(answers.filter((answer) => typeof answer === "number")).toHaveLength(2);
    const again = await Promise.all([4, 5, 6].map((event) => call(name, event)));
    expect(again).toEqual([4, 5, 6]);
  });

  test("leaves the error the name that its code gave it", async () => {
    const name = await newFunction({ START_ERROR: "SettingsError" });
    expect(await call(name, 1)).toBe("SettingsError");
  });
});
