/**
 * The real state machine on the emulator, with functions that do as a test
 * says: what each state retries, waits for and hands on can be seen by running
 * it.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { readConfig } from "../../../infra/config.ts";
import { ingestDefinition } from "../../../infra/definition.ts";
import { localAccount, localClient } from "../../../ops/aws-client-options.ts";
import { customRuntime, functionCode } from "../deployment/function-code.ts";
import { listen } from "../loopback.ts";
import type { Reply } from "./scripted-step.ts";

const stepsOfMachine = ["extract", "chunk", "metadata", "embed", "store", "finish"] as const;
export type MachineStep = (typeof stepsOfMachine)[number];

export interface Try {
  readonly step: MachineStep;
  readonly event: Readonly<Record<string, unknown>>;
}

/** What a step does in its n-th try, counted from 0; well, where nothing is said. */
export type Script = Partial<
  Record<
    MachineStep,
    (n: number, event: Try["event"]) => Reply | undefined | Promise<Reply | undefined>
  >
>;

export interface Ended {
  readonly status: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly tries: readonly Try[];
}

interface Running {
  readonly script: Script;
  readonly tries: Try[];
}

/** A function that hangs is ended after this. */
const functionTimeoutSeconds = 3;
const defaults: Partial<Record<MachineStep, unknown>> = {
  chunk: { unchanged: false, metadataBatches: [0], embeddingsBatches: [0] },
};

export class ScriptedMachine {
  readonly #running = new Map<string, Running>();
  readonly #server: Server;
  readonly #lambda: LambdaClient;
  readonly #sfn: SFNClient;
  #arn = "";

  private constructor(endpoint: string) {
    this.#lambda = new LambdaClient(localClient(endpoint));
    this.#sfn = new SFNClient(localClient(endpoint));
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const asked = JSON.parse(Buffer.concat(parts).toString("utf8")) as Try;
        void this.#reply(asked).then((reply) => response.end(JSON.stringify(reply)));
      });
    });
  }

  static async deploy(
    endpoint: string,
    settings: Record<string, string>,
  ): Promise<ScriptedMachine> {
    const machine = new ScriptedMachine(endpoint);
    await machine.#deploy(settings);
    return machine;
  }

  /** Runs an execution to its end. */
  async run(script: Script): Promise<Ended> {
    const jobId = randomUUID();
    const running: Running = { script, tries: [] };
    this.#running.set(jobId, running);
    const { executionArn } = await this.#sfn.send(
      new StartExecutionCommand({
        stateMachineArn: this.#arn,
        name: `${jobId}-1`,
        input: JSON.stringify({ jobId, attempt: 1 }),
      }),
    );
    for (;;) {
      const described = await this.#sfn.send(new DescribeExecutionCommand({ executionArn }));
      const { status, error, cause } = described;
      if (status !== "RUNNING") {
        return { status, error, cause, tries: running.tries };
      }
      await sleep(200);
    }
  }

  stop(): void {
    this.#server.close();
    this.#lambda.destroy();
    this.#sfn.destroy();
  }

  async #reply(asked: Try): Promise<Reply> {
    const running = this.#running.get(String(asked.event["jobId"]));
    if (running === undefined) return { kind: "answer", payload: null };
    const n = running.tries.filter(({ step }) => step === asked.step).length;
    running.tries.push(asked);
    const said = await running.script[asked.step]?.(n, asked.event);
    return said ?? { kind: "answer", payload: defaults[asked.step] ?? null };
  }

  async #deploy(settings: Record<string, string>): Promise<void> {
    const origin = await listen(this.#server);
    const code = await functionCode(join(import.meta.dirname, "scripted-step.ts"));
    const name = randomUUID().slice(0, 8);
    const arns = await Promise.all(
      stepsOfMachine.map(async (step) => {
        const made = await this.#lambda.send(
          new CreateFunctionCommand({
            FunctionName: `scripted-${step}-${name}`,
            ...customRuntime,
            Code: { ZipFile: code },
            Timeout: functionTimeoutSeconds,
            MemorySize: 512,
            Environment: { Variables: { STEP: step, SCRIPT_URL: `${origin}/` } },
          }),
        );
        return [step, made.FunctionArn ?? ""] as const;
      }),
    );
    const byStep = new Map<string, string>(arns);
    const definition = ingestDefinition(readConfig(settings).settings).replaceAll(
      /\$\{(\w+)FunctionArn\}/g,
      (_, state: string) => byStep.get(state.toLowerCase()) ?? "",
    );
    const { stateMachineArn } = await this.#sfn.send(
      new CreateStateMachineCommand({
        name: `scripted-${name}`,
        definition,
        roleArn: `arn:aws:iam::${localAccount}:role/scripted`,
      }),
    );
    this.#arn = stateMachineArn ?? "";
  }
}
