/** Vectors of the local model, kept in a file between runs: to embed all documents takes minutes. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { localEmbedder } from "../../../lambdas/models/local/local-embedder.ts";

const identity = { provider: "local", model: "all-MiniLM-L6-v2", recipe: "mean-pool-1" };
export const model = { embeddingModel: identity.model, dimensions: 384 };

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

export type Embed = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

/** @param folder where the file is kept */
export function keptEmbeddings(folder: string): Embed {
  const file = new DatabaseSync(join(folder, "embeddings.db"));
  file.exec("CREATE TABLE IF NOT EXISTS vectors (hash TEXT PRIMARY KEY, vector BLOB)");
  const find = file.prepare("SELECT vector FROM vectors WHERE hash = ?");
  const keep = file.prepare("INSERT OR REPLACE INTO vectors VALUES (?, ?)");
  const embedder = localEmbedder({
    identity,
    modelDirectory: join(import.meta.dirname, "../../../models/all-MiniLM-L6-v2"),
  });
  const kept = (text: string): Float32Array | undefined => {
    const bytes = find.get(hashOf(text))?.["vector"] as Uint8Array | undefined;
    return bytes === undefined ? undefined : new Float32Array(bytes.slice().buffer);
  };
  return async (texts) => {
    const wanted = [...new Set(texts)].filter((text) => kept(text) === undefined);
    if (wanted.length > 0) {
      const call = { signal: new AbortController().signal, correlationId: "bench" };
      const { value } = await embedder.embed(wanted, call);
      for (const [i, text] of wanted.entries()) {
        const vector = value[i] ?? new Float32Array(model.dimensions);
        keep.run(hashOf(text), new Uint8Array(vector.slice().buffer));
      }
    }
    return texts.map((text) => kept(text) ?? new Float32Array(model.dimensions));
  };
}
