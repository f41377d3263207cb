/**
 * Native libraries that esbuild cannot take into a bundle, and the few of their
 * files that Linux on x86_64 needs. Lambda refuses functions over 250 MB
 * unzipped, so nothing else of these packages goes along.
 */
import { globSync } from "node:fs";

interface Native {
  /** Whether an import that was left out of a bundle asks for this library. */
  readonly asksFor: RegExp;
  /** Files to copy, relative to the repository. */
  files(root: string): string[];
}

export const natives = {
  lancedb: {
    asksFor: /^@lancedb\/lancedb-/,
    files: (root) => [
      "node_modules/@lancedb/lancedb-linux-x64-gnu/package.json",
      ...globSync("node_modules/@lancedb/lancedb-linux-x64-gnu/*.node", { cwd: root }),
    ],
  },
  // The model goes with the runtime: whoever infers, infers with it.
  onnx: {
    asksFor: /^onnxruntime-node$/,
    files: (root) => [
      "node_modules/onnxruntime-node/package.json",
      ...globSync("node_modules/onnxruntime-node/dist/{index,backend,binding,version}.js", {
        cwd: root,
      }),
      ...globSync("node_modules/onnxruntime-node/bin/napi-v6/linux/x64/*", { cwd: root }),
      "node_modules/onnxruntime-common/package.json",
      ...globSync("node_modules/onnxruntime-common/dist/cjs/{*.js,package.json}", { cwd: root }),
      ...globSync("models/all-MiniLM-L6-v2/*", { cwd: root }),
    ],
  },
} as const satisfies Record<string, Native>;

export type NativeName = keyof typeof natives;

/** `@huggingface/transformers` is an optional part of LanceDB that we neither install nor call. */
export const externals = ["@lancedb/lancedb-*", "onnxruntime-node", "@huggingface/transformers"];

export function nativesOf(externalImports: readonly string[]): NativeName[] {
  return (Object.keys(natives) as NativeName[]).filter((name) =>
    externalImports.some((path) => natives[name].asksFor.test(path)),
  );
}
