import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Sample } from "../contract/calls/metrics.ts";
import type { Chance } from "../platform/clock.ts";
import { talliesKey, tallyKinds, tallyShards } from "../platform/dynamodb/item-keys.ts";
import { type Item, Table } from "../platform/dynamodb/table.ts";
import { additionTo } from "./dynamodb-additions.ts";
import type { TallyStore } from "./metrics.ts";
import { addTallies, type Tallies, talliesOf } from "./tallies.ts";

/** Called with additions that were lost. */
export type OnLost = (lost: Tallies, error: unknown) => void;

/**
 * Tallies in a few items; each write picks one at random. A write costs one unit while its item is
 * below a kilobyte, which is true for the items of plain writes.
 */
export class DynamoTallyStore implements TallyStore {
  readonly #table: Table;
  readonly #chance: Pick<Chance, "random">;
  readonly #onLost: OnLost;

  /** @param client a client without retries: a count is not worth a caller's time */
  constructor(
    client: DynamoDBClient,
    tableName: string,
    chance: Pick<Chance, "random">,
    onLost: OnLost = () => {},
  ) {
    this.#table = new Table(client, tableName);
    this.#chance = chance;
    this.#onLost = onLost;
  }

  async add(samples: readonly Sample[]): Promise<void> {
    const tallies = talliesOf(samples);
    const shard = Math.floor(this.#chance.random() * tallyShards);
    try {
      for (const { key, ...change } of additionTo(talliesKey(shard, "OTHERS"), tallies)) {
        await this.#table.update(key, change);
      }
    } catch (error) {
      this.#onLost(tallies, error);
    }
  }

  async read(): Promise<Tallies> {
    const keys = Array.from({ length: tallyShards }, (_, shard) => shard).flatMap((shard) =>
      tallyKinds.map((kind) => talliesKey(shard, kind)),
    );
    const { items, unprocessed } = await this.#table.batchGet(keys);
    if (unprocessed.length > 0) {
      // A partial sum would look as if counters had decreased.
      throw new Error("DynamoDB did not return all tallies. Try again in a moment.");
    }
    return items.map(numbersOf).reduce(addTallies, {});
  }
}

export function numbersOf({ pk: _pk, sk: _sk, ...numbers }: Item): Tallies {
  return numbers as Tallies;
}
