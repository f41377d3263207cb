/**
 * The one way to the table. Expressions name attributes as `#name`, always:
 * some 570 plain words, `status` and `error` among them, are reserved. Values
 * are `:name`. A condition that does not hold is an answer, not an error.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Key } from "./item-keys.ts";

export type Item = Readonly<Record<string, unknown>>;

/** A named fragment of a condition, and the values that it speaks of. */
export interface Condition {
  readonly expression: string;
  readonly values?: Item;
}

export interface Change {
  /** `SET … REMOVE … ADD … DELETE …` */
  readonly update: string;
  readonly values?: Item;
  /** Attributes whose names are data, by their name in the expression. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface ConditionalChange extends Change {
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** `standing` is the item that did not meet the condition, as it was in that moment. */
export type Written =
  | { readonly applied: true; readonly item: Item }
  | { readonly applied: false; readonly standing: Item | undefined };

export interface Query {
  readonly index?: string;
  readonly key: Condition;
  readonly filter?: Condition;
  /** Items after this one in the query's order. */
  readonly after?: Item;
  readonly newestFirst?: boolean;
  /** Items that the service may look at for one answer. @default as many as 1 MB holds */
  readonly pageItems?: number;
}

export interface QueryPage {
  readonly items: readonly Item[];
  /** Where to go on; `undefined` at the end. */
  readonly last: Item | undefined;
}

export class Table {
  readonly #client: DynamoDBDocumentClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    });
    this.#name = name;
  }

  /** Strongly consistent. */
  async get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#name, Key: key, ConsistentRead: true }),
    );
    return Item;
  }

  /** Answers the item as it then is. */
  async update(key: Key, { update, values, names }: Change): Promise<Item> {
    return this.#update(key, update, conditional(update, [], values, names));
  }

  async updateIf(key: Key, change: ConditionalChange): Promise<Written> {
    const { update, conditions, values, names } = change;
    return answered(() =>
      this.#update(key, update, conditional(update, conditions, values, names)),
    );
  }

  async put(item: Item & Key, ...conditions: readonly Condition[]): Promise<Written> {
    const command = new PutCommand({
      TableName: this.#name,
      Item: item,
      ...conditional("", conditions),
    });
    return answered(async () => {
      await this.#client.send(command);
      return item;
    });
  }

  async delete(key: Key, ...conditions: readonly Condition[]): Promise<Written> {
    const command = new DeleteCommand({
      TableName: this.#name,
      Key: key,
      ...conditional("", conditions),
    });
    return answered(async () => {
      await this.#client.send(command);
      return {};
    });
  }

  /** Strongly consistent, but on an index. */
  async query(query: Query): Promise<QueryPage> {
    const { index, key, filter, after, newestFirst = false, pageItems } = query;
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#name,
        IndexName: index,
        ConsistentRead: index === undefined,
        KeyConditionExpression: key.expression,
        FilterExpression: filter?.expression,
        ...named([key.expression, filter?.expression ?? ""], { ...key.values, ...filter?.values }),
        ExclusiveStartKey: after,
        ScanIndexForward: !newestFirst,
        Limit: pageItems,
      }),
    );
    return { items: Items, last: LastEvaluatedKey };
  }

  /**
   * At most 100 keys, none twice. The service may leave some for another
   * request: it answers 16 MB at most, and throttles a batch key by key.
   */
  async batchGet(
    keys: readonly Key[],
  ): Promise<{ items: readonly Item[]; unprocessed: readonly Key[] }> {
    const { Responses, UnprocessedKeys } = await this.#client.send(
      new BatchGetCommand({
        RequestItems: { [this.#name]: { Keys: [...keys], ConsistentRead: true } },
      }),
    );
    return {
      items: Responses?.[this.#name] ?? [],
      unprocessed: (UnprocessedKeys?.[this.#name]?.Keys ?? []) as unknown as readonly Key[],
    };
  }

  /**
   * All of the changes or none, at twice their price. `refused` when a condition
   * does not hold; `disturbed` when somebody else was at one of the items in the
   * same moment, or the service had no room for all: then another try may pass.
   */
  async updateTogether(
    changes: readonly (ConditionalChange & { readonly key: Key })[],
  ): Promise<"applied" | "refused" | "disturbed"> {
    const TransactItems = changes.map(({ key, update, conditions, values, names }) => ({
      Update: {
        TableName: this.#name,
        Key: key,
        UpdateExpression: update,
        ...expressions(update, conditions, values, names),
      },
    }));
    try {
      await this.#client.send(new TransactWriteCommand({ TransactItems }));
      return "applied";
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
      if (codes.includes("ConditionalCheckFailed")) return "refused";
      if (codes.some((code) => code !== undefined && passing.has(code))) return "disturbed";
      throw error;
    }
  }

  async #update(key: Key, update: string, conditions: ReturnType<typeof conditional>) {
    const { Attributes } = await this.#client.send(
      new UpdateCommand({
        TableName: this.#name,
        Key: key,
        UpdateExpression: update,
        ...conditions,
        ReturnValues: "ALL_NEW",
      }),
    );
    return Attributes ?? {};
  }
}

/** Why a transaction was cancelled that may pass in the next moment. */
const passing = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

function conditional(...parts: Parameters<typeof expressions>) {
  return {
    ...expressions(...parts),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

function expressions(
  update: string,
  conditions: readonly Condition[],
  values: Item = {},
  names: Readonly<Record<string, string>> = {},
) {
  const condition = conditions.map(({ expression }) => expression).join(" AND ");
  const all = Object.assign({}, values, ...conditions.map((one) => one.values)) as Item;
  return {
    ...(condition === "" ? {} : { ConditionExpression: condition }),
    ...named([update, condition], all, names),
  };
}

/** Names and values of those that the expressions use; the service refuses any other. */
function named(
  expressions: readonly string[],
  values: Item,
  names: Readonly<Record<string, string>> = {},
) {
  const text = expressions.join(" ");
  const usedNames = [...new Set(text.match(/#\w+/g))];
  const usedValues = [...new Set(text.match(/:\w+/g))];
  return {
    ...(usedNames.length === 0
      ? {}
      : {
          ExpressionAttributeNames: Object.fromEntries(
            usedNames.map((name) => [name, names[name.slice(1)] ?? name.slice(1)]),
          ),
        }),
    ...(usedValues.length === 0
      ? {}
      : {
          ExpressionAttributeValues: Object.fromEntries(
            usedValues.map((name) => [name, values[name.slice(1)]]),
          ),
        }),
  };
}

async function answered(write: () => Promise<Item>): Promise<Written> {
  try {
    return { applied: true, item: await write() };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The document client translates results, but not what an error carries.
    return { applied: false, standing: error.Item && unmarshall(error.Item) };
  }
}
