/** What calls of DynamoDB cost, as the service itself says. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

export interface Capacity {
  /** `UpdateItemCommand`, say. */
  readonly command: string;
  /** Read units for commands that read, write units for those that write. */
  readonly units: number;
}

interface Told {
  readonly CapacityUnits?: number;
}

/** Asks for the units of every call from now on; it costs nothing but the line that tells of it. */
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
