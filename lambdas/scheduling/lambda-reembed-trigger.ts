import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { ReembedTrigger } from "./reembed-trigger.ts";

export class LambdaReembedTrigger implements ReembedTrigger {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async run(tenant: string): Promise<void> {
    await this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: "Event",
        Payload: JSON.stringify({ tenant }),
      }),
    );
  }
}
