/** The consumed capacity of DynamoDB calls, as the service reports it. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

export interface Capacity {
  /** For example `UpdateItemCommand`. */
  readonly command: string;
  /** Read units for commands that read, write units for commands that write. */
  readonly units: number;
}

interface Told {
  readonly CapacityUnits?: number;
}

/** Requests consumed capacity with every later call. It costs only the log line. */
export function tellCapacity(client: DynamoDBClient, tell: (capacity: Capacity) => void): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const answer = await next({
          ...args,
          input: { ...args.input, ReturnConsumedCapacity: "TOTAL" },
        });
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: Told | Told[] };
        const units = [ConsumedCapacity ?? []]
          .flat()
          .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
        tell({ command: commandName, units });
        return answer;
      },
    { step: "initialize", name: "tellCapacity" },
  );
}
