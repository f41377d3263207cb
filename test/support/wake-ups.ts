import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import type { AppAddress } from "./deployment/app.ts";
import { localClient } from "./deployment/emulator.ts";
import { functionNames } from "./deployment/function-names.ts";

/** Whether dispatch takes messages from the queue: while it does not, jobs wait, though slots are free. */
export async function takeWakeUps(app: AppAddress, enabled: boolean): Promise<void> {
  const lambda = new LambdaClient(localClient(app.endpoint));
  const { dispatch } = await functionNames(app.endpoint);
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: dispatch }),
  );
  for (const { UUID } of EventSourceMappings) {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: enabled }));
  }
}
