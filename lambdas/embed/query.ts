import type { Invocation } from "../domain/batches.ts";
import type { ModelGateway } from "../ports/model-gateway.ts";
import type { Embedder } from "../ports/models.ts";

/**
 * The vector of a search's text. It goes through the model gateway like every
 * call: searches, too, count against the cap of embedding calls.
 * @throws what {@link ModelGateway.run} throws
 */
export async function embedQuery(
  text: string,
  ports: { readonly gateway: ModelGateway; readonly embedder: Embedder },
  invocation: Invocation,
): Promise<{ vector: number[] }> {
  let vector: Float32Array | undefined;
  await ports.gateway.run({
    dependency: "embeddings",
    holder: `search-${invocation.id}`,
    correlationId: `search-${invocation.id}`,
    calls: [
      {
        invoke: (options) => ports.embedder.embed([text], options),
        keep: async ([first]) => {
          vector = first;
        },
        refused: async (error) => {
          throw error;
        },
      },
    ],
    deadlineMs: invocation.deadlineMs,
    fence: () => Promise.resolve(),
    spent: () => undefined,
  });
  if (vector === undefined) throw new Error("The embedder answered no vector for the query.");
  return { vector: [...vector] };
}
