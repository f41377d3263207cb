import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, expect, inject, test, vi } from "vitest";
import { localClient } from "../../support/deployment/emulator.ts";
import { customRuntime, functionCode } from "../../support/deployment/function-code.ts";
import { functionProcesses } from "../../support/deployment/function-processes.ts";

const lambda = new LambdaClient(localClient(inject("endpoint")));
afterAll(() => lambda.destroy());

const release = (number: string) => ({ Environment: { Variables: { RELEASE: number } } });

test("a call that runs while its function changes ends as it began, and its process after it", async () => {
  const FunctionName = `changing-${randomUUID().slice(0, 8)}`;
  const ZipFile = await functionCode(
    join(import.meta.dirname, "../../support/deployment/slow-call.ts"),
  );
  const { port } = new URL(inject("endpoint"));
  const processes = () => functionProcesses(port).filter(({ name }) => name === FunctionName);
  const call = async () => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
    return JSON.parse(Payload?.transformToString() ?? "null") as unknown;
  };
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      ...customRuntime,
      ...release("1"),
      Code: { ZipFile },
      Timeout: 30,
      MemorySize: 512,
    }),
  );
  const running = call();
  const [before] = await vi.waitFor(
    () => {
      const found = processes();
      expect(found).toHaveLength(1);
      return found;
    },
    { timeout: 10_000 },
  );
  // So that the call is under way.
  await sleep(1_000);
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...release("2") }));
  expect(await Promise.all([running, call()])).toEqual(["1", "2"]);
  await vi.waitFor(() => expect(processes().map(({ pid }) => pid)).not.toContain(before?.pid), {
    timeout: 10_000,
  });
});
