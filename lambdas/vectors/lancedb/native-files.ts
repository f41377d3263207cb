import { globSync } from "node:fs";
import type { NativeLibrary } from "../../platform/deploy/native-library.ts";

/** LanceDB: the native library for Linux on x86_64. */
export const lancedb: NativeLibrary = {
  asksFor: /^@lancedb\/lancedb-/,
  // `@huggingface/transformers` is an optional part of LanceDB that is neither installed nor called.
  externals: ["@lancedb/lancedb-*", "@huggingface/transformers"],
  files: (root) => [
    "node_modules/@lancedb/lancedb-linux-x64-gnu/package.json",
    ...globSync("node_modules/@lancedb/lancedb-linux-x64-gnu/*.node", { cwd: root }),
  ],
};
