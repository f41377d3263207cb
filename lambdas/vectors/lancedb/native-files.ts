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

/**
 * What a scan may read ahead. The library's own 2 GB is more than a function has: beside
 * 1,000,000 chunks, search took 1,631 MB with it and takes 474 MB with this.
 */
export const lancedbEnvironment = { LANCE_DEFAULT_IO_BUFFER_SIZE: String(64 * 1024 ** 2) };
