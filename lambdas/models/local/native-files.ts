import { globSync } from "node:fs";
import type { NativeLibrary } from "../../platform/deploy/native-library.ts";

/** ONNX Runtime. The model's weights go along: every function that infers uses them. */
export const onnx: NativeLibrary = {
  asksFor: /^onnxruntime-node$/,
  externals: ["onnxruntime-node"],
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
};
