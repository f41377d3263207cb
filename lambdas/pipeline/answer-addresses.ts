/** Where the answers about a document are kept: who asks, who moves them and who erases them agree. */
import type { CustomSchema } from "../contract/custom-schema.ts";
import { sha256 } from "../platform/sha256.ts";
import { answerKey, type ModelIdentity } from "../records/answers/answer-key.ts";
import { type Chunk, modelInput } from "../records/jobs/chunk.ts";

/** Address of a chunk's description. @param schema the caller's own fields, if any */
export function descriptionAddress(
  tenant: string,
  model: ModelIdentity,
  schema: CustomSchema | undefined,
  chunk: Chunk,
): string {
  const schemaHash = sha256(JSON.stringify(schema ?? null));
  return answerKey(tenant, "metadata", model, schemaHash, modelInput(chunk));
}

/** Address of a text's vector. @param text what is embedded, context included */
export function vectorAddress(tenant: string, model: ModelIdentity, text: string): string {
  return answerKey(tenant, "embeddings", model, "", text);
}

/** Of a document this much is read to describe it as a whole. In UTF-16 units; some 2,000 tokens. */
const openingLength = 8_000;

/**
 * What stands for a document that is described as a whole.
 * @param chunks those of its first batch
 */
export function opening(chunks: readonly Chunk[]): Chunk {
  const [first] = chunks;
  if (first === undefined) throw new Error("metadata: There is no chunk to describe.");
  let text = "";
  for (const chunk of chunks) {
    if (text !== "" && text.length + chunk.text.length > openingLength) break;
    text += `${text === "" ? "" : "\n\n"}${chunk.text}`;
  }
  return { ...first, text };
}
