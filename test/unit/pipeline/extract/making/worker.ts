import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../../../../..");
let bundled: Promise<URL> | undefined;

/**
 * The worker as one file, as it is deployed: it starts five times as fast as
 * from its sources. It lies where Node finds the native library that it leaves out.
 */
export function bundledWorker(): Promise<URL> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<URL> {
  const outfile = join(root, "test-results/extract-worker", `${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ["lambdas/pipeline/extract/worker/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    external: ["@llamaindex/liteparse"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  return pathToFileURL(outfile);
}
