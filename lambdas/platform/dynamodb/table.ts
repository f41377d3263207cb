/**
 * The only access to the table. Expressions always name attributes as `#name`, because some 570
 * common words, `status` and `error` among them, are reserved. Values are `:name`. A failed
 * condition is a result, not an error.
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
import { namingThrottling } from "./table-throttled.ts";

export type Item = Readonly<Record<string, unknown>>;

/** A named fragment of a condition with its values. */
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
  /** Conditions that must all hold. */
  readonly conditions: readonly Condition[];
}

/** `currentItem` is the item at the moment when it failed the condition. */
export type Written =
  | { readonly applied: true; readonly item: Item }
  | { readonly applied: false; readonly currentItem: Item | undefined };

export interface Query {
  readonly index?: string;
  readonly key: Condition;
  readonly filter?: Condition;
  /** Items after this one in the query's order. */
  readonly after?: Item;
  readonly newestFirst?: boolean;
  /** Maximum number of items that the service reads for one response. @default as many as 1 MB holds */
  readonly pageItems?: number;
}

export interface QueryPage {
  readonly items: readonly Item[];
  /** Where to continue; `undefined` at the end. */
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
    const { Item } = await namingThrottling(() =>
      this.#client.send(new GetCommand({ TableName: this.#name, Key: key, ConsistentRead: true })),
    );
    return Item;
  }

  /** Returns the item after the write. */
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
      await namingThrottling(() => this.#client.send(command));
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
      await namingThrottling(() => this.#client.send(command));
      return {};
    });
  }

  /** Strongly consistent, except on an index. */
  async query(query: Query): Promise<QueryPage> {
    const { index, key, filter, after, newestFirst = false, pageItems } = query;
    const { Items = [], LastEvaluatedKey } = await namingThrottling(() =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#name,
          IndexName: index,
          ConsistentRead: index === undefined,
          KeyConditionExpression: key.expression,
          FilterExpression: filter?.expression,
          ...named([key.expression, filter?.expression ?? ""], {
            ...key.values,
            ...filter?.values,
          }),
          ExclusiveStartKey: after,
          ScanIndexForward: !newestFirst,
          Limit: pageItems,
        }),
      ),
    );
    return { items: Items, last: LastEvaluatedKey };
  }

  /**
   * At most 100 distinct keys. The service may leave some for another request: it returns at most
   * 16 MB and throttles key by key.
   */
  async batchGet(
    keys: readonly Key[],
  ): Promise<{ items: readonly Item[]; unprocessed: readonly Key[] }> {
    const { Responses, UnprocessedKeys } = await namingThrottling(() =>
      this.#client.send(
        new BatchGetCommand({
          RequestItems: { [this.#name]: { Keys: [...keys], ConsistentRead: true } },
        }),
      ),
    );
    return {
      items: Responses?.[this.#name] ?? [],
      unprocessed: (UnprocessedKeys?.[this.#name]?.Keys ?? []) as unknown as readonly Key[],
    };
  }

  /**
   * All of the changes or none, at twice their price. `refused` if a condition does not hold;
   * `disturbed` if another request touched one of the items at the same moment, or if the service
   * had no capacity. A disturbed transaction may succeed if it is retried.
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
      await namingThrottling(() => this.#client.send(new TransactWriteCommand({ TransactItems })));
      return "applied";
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
      if (codes.includes("ConditionalCheckFailed")) return "refused";
      if (codes.some((code) => code !== undefined && retryableCancellations.has(code)))
        return "disturbed";
      throw error;
    }
  }

  async #update(key: Key, update: string, conditions: ReturnType<typeof conditional>) {
    const { Attributes } = await namingThrottling(() =>
      this.#client.send(
        new UpdateCommand({
          TableName: this.#name,
          Key: key,
          UpdateExpression: update,
          ...conditions,
          ReturnValues: "ALL_NEW",
        }),
      ),
    );
    return Attributes ?? {};
  }
}

/** Reasons of a cancelled transaction that may succeed if it is retried. */
const retryableCancellations = new Set([
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

/** Keeps the names and values that the expressions use; the service refuses all others. */
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
    // The document client converts results, but not the item in an error.
    return { applied: false, currentItem: error.Item && unmarshall(error.Item) };
  }
}
