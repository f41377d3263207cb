import { createHash, randomUUID } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, expect, inject, test, vi } from "vitest";
import { functionCode } from "../../../ops/paths.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { functionCode as codeOf, customRuntime } from "../../support/deployment/function-code.ts";
import { functionProcesses } from "../../support/deployment/function-processes.ts";

const lambda = new LambdaClient(localClient(inject("endpoint")));
afterAll(() => lambda.destroy());

test("a function's second process starts from what the first has compiled, and from the same files", async () => {
  const entryPoint = join(import.meta.dirname, "../../support/deployment/echo.ts");
  const ZipFile = await codeOf(entryPoint, randomUUID());
  const FunctionName = `compiled-${randomUUID().slice(0, 8)}`;
  const limits = { Timeout: 30, MemorySize: 512 };
  await lambda.send(
    new CreateFunctionCommand({ FunctionName, ...customRuntime, ...limits, Code: { ZipFile } }),
  );
  const digest = createHash("sha256").update(ZipFile).digest("hex");
  const unpacked = join(functionCode, digest);
  const files = () =>
    readdirSync(unpacked, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => `${file} ${statSync(file).mtimeMs}`)
      .toSorted((a, b) => a.localeCompare(b));

  const call = async () => {
    const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
    expect(FunctionError).toBeUndefined();
  };
  await call();
  // Until the process asks for its next call, it writes.
  await call();
  const first = files();
  expect(first.filter((file) => file.includes(`${digest}/.compiled/`)).length).toBeGreaterThan(1);

  const { port } = new URL(inject("endpoint"));
  const processes = () => functionProcesses(port).filter(({ name }) => name === FunctionName);
  for (const { pid } of processes()) process.kill(pid, "SIGKILL");
  await vi.waitFor(() => expect(processes()).toEqual([]));
  await call();
  await call();
  // Node writes again what it finds to be of other code.
  expect(files()).toEqual(first);
});
