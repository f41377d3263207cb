import { globSync } from "node:fs";
import type { NativeLibrary } from "../../platform/deploy/native-library.ts";

/** PDFium and LiteParse. The package holds a second copy of both files, which is left out. */
export const liteparse: NativeLibrary = {
  asksFor: /^@llamaindex\/liteparse$/,
  externals: ["@llamaindex/liteparse"],
  files: (root) => [
    "node_modules/@llamaindex/liteparse/package.json",
    ...globSync("node_modules/@llamaindex/liteparse/dist/*.{js,cjs}", { cwd: root }).filter(
      (file) => !/\/cli\.c?js$/.test(file),
    ),
    ...globSync("node_modules/@llamaindex/liteparse-linux-x64-gnu/*", { cwd: root }),
  ],
};
