/** Builds the console's page: text files whose names contain their hash, and the HTML that refers to them. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import type { Entry } from "./archive.ts";
import { root } from "./paths.ts";

const source = join(root, "console");
/** Output names only: nothing is written. */
const outdir = join(root, "bundled-page");

/** @throws Error if it cannot be bundled, or if the HTML refers to a file that was not built */
export async function compilePage(): Promise<Entry[]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { app: "console/main.tsx", style: "console/style/index.css" },
    bundle: true,
    // What only one view needs is a file of its own, loaded with that view.
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    // Browsers that support light-dark(), nesting and <dialog>.
    target: ["chrome123", "firefox121", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    write: false,
    outdir,
    logLevel: "warning",
  });
  const assets: Entry[] = outputFiles.map(({ path, contents }) => ({
    path: basename(path),
    content: Buffer.from(contents),
  }));
  const icon = readFileSync(join(source, "icon.svg"));
  const iconHash = createHash("sha256").update(icon).digest("hex").slice(0, 8);
  assets.push({ path: `icon-${iconHash}.svg`, content: icon });

  const html = readFileSync(join(source, "index.html"), "utf8").replace(
    /"console\/(\w+)\.(\w+)"/g,
    (_, name: string, extension: string) => {
      const built = assets.find(
        ({ path }) => path.startsWith(`${name}-`) && path.endsWith(`.${extension}`),
      );
      if (built === undefined) {
        throw new Error(
          `console/index.html names ${name}.${extension}, but the build does not produce it.`,
        );
      }
      return `"console/${built.path}"`;
    },
  );
  return [{ path: "index.html", content: Buffer.from(html) }, ...assets];
}
