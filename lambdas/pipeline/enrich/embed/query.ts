import { type Priced, unpriced } from "../../../accounting/prices.ts";
import type { Embedder } from "../../../models/models.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";
import { makeOneCall, type OneCallPorts } from "../one-call.ts";

export type QueryPorts = OneCallPorts & { readonly embedder: Embedder };

/** The first ask and three more. */
const searchAsks = 4;

/**
 * The vector of a search's text. It goes through the model gateway like every
 * call: searches, too, count against the cap of embedding calls.
 * @param asks @default the first and three more
 * @throws what {@link makeOneCall} throws
 */
export async function embedQuery(
  text: string,
  { embedder, ...ports }: QueryPorts,
  invocation: Invocation,
  priced: Priced = unpriced,
  asks: number = searchAsks,
): Promise<{ vector: number[] }> {
  const [vector] = await makeOneCall(
    {
      dependency: "embeddings",
      asks,
      invoke: (options) => embedder.embed([text], { ...options, purpose: "query" }),
    },
    ports,
    invocation,
    priced,
  );
  if (vector === undefined) throw new Error("The embedder answered no vector for the query.");
  return { vector: [...vector] };
}
