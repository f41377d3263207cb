import type { LambdaClient } from "@aws-sdk/client-lambda";
import { callFunction } from "../../platform/lambda-call.ts";
import type { RowsQuestion } from "./schema.ts";
import type { StoredRows } from "./stored-rows.ts";

/** A cold start with the vector store's native library takes some seconds. */
const timeoutMs = 20_000;

/** Asks the search function, which holds the vector store: chunking has no room for its library. */
export class LambdaStoredRows implements StoredRows {
  readonly #client: LambdaClient;
  readonly #functionName: string;
  readonly #onUnknown: (error: unknown) => void;

  /** @param onUnknown called when the function did not answer */
  constructor(
    client: LambdaClient,
    functionName: string,
    onUnknown: (error: unknown) => void = () => {},
  ) {
    this.#client = client;
    this.#functionName = functionName;
    this.#onUnknown = onUnknown;
  }

  areThere: StoredRows["areThere"] = async ({ tenant, documentId }, { version, chunkCount }) => {
    const question: RowsQuestion = { kind: "rows", tenant, documentId, version, chunkCount };
    try {
      const told = await callFunction(this.#client, this.#functionName, question, timeoutMs);
      return (told as { areThere?: unknown } | null)?.areThere === true;
    } catch (error) {
      this.#onUnknown(error);
      return false;
    }
  };
}
