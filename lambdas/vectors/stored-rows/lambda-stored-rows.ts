import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
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
    const command = new InvokeCommand({
      FunctionName: this.#functionName,
      Payload: JSON.stringify(question),
    });
    try {
      const abortSignal = AbortSignal.timeout(timeoutMs);
      const { FunctionError, Payload } = await this.#client.send(command, { abortSignal });
      const text = Buffer.from(Payload ?? []).toString("utf8");
      if (FunctionError !== undefined) throw new Error(text);
      return (JSON.parse(text) as { areThere?: unknown }).areThere === true;
    } catch (error) {
      this.#onUnknown(error);
      return false;
    }
  };
}
