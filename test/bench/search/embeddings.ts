/** Vectors of the local model, kept in files between runs: to embed all documents takes minutes. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localEmbedder } from "../../../lambdas/models/local/local-embedder.ts";

const identity = { provider: "local", model: "all-MiniLM-L6-v2", recipe: "mean-pool-1" };
export const model = { embeddingModel: identity.model, dimensions: 384 };

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

export type Embed = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

/** @param folder where the files are kept */
export function keptEmbeddings(folder: string): Embed {
  const home = join(folder, "vectors");
  mkdirSync(home, { recursive: true });
  const pathOf = (text: string) => join(home, hashOf(text));
  const embedder = localEmbedder({
    identity,
    modelDirectory: join(import.meta.dirname, "../../../models/all-MiniLM-L6-v2"),
  });
  return async (texts) => {
    const wanted = [...new Set(texts)].filter((text) => !existsSync(pathOf(text)));
    if (wanted.length > 0) {
      const call = { signal: new AbortController().signal, correlationId: "bench" };
      const { value } = await embedder.embed(wanted, call);
      for (const [i, text] of wanted.entries()) {
        const vector = value[i] ?? new Float32Array(model.dimensions);
        writeFileSync(pathOf(text), new Uint8Array(vector.slice().buffer));
      }
    }
    return texts.map((text) => {
      const bytes = readFileSync(pathOf(text));
      return new Float32Array(new Uint8Array(bytes).buffer);
    });
  };
}
