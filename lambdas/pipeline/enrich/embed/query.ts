import { type Priced, unpriced } from "../../../accounting/prices.ts";
import type { Embedder } from "../../../models/models.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";
import { makeOneCall, type OneCallPorts } from "../one-call.ts";

export type QueryPorts = OneCallPorts & { readonly embedder: Embedder };

/** The first ask and three more. */
const searchAsks = 4;

/**
 * The vector of a search's text. It goes through the model gateway like every
 * call: searches, too, count against the cap of embedding calls. Answers also how long the
 * provider took, and the time in the gateway beside that: mostly the wait for a permit.
 * @param asks @default the first and three more
 * @throws what {@link makeOneCall} throws
 */
export async function embedQuery(
  text: string,
  { embedder, ...ports }: QueryPorts,
  invocation: Invocation,
  priced: Priced = unpriced,
  asks: number = searchAsks,
): Promise<{ vector: number[]; providerMs: number; waitedMs: number }> {
  const { value, ...times } = await makeOneCall(
    {
      dependency: "embeddings",
      asks,
      invoke: (options) => embedder.embed([text], { ...options, purpose: "query" }),
    },
    ports,
    invocation,
    priced,
  );
  const [vector] = value;
  if (vector === undefined) throw new Error("The embedder answered no vector for the query.");
  return { vector: [...vector], ...times };
}
