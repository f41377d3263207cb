/**
 * `npm run clients`: writes `client/openapi.json` and generates the TypeScript client's types from
 * it. `-- --check` writes nothing and fails if a file differs from what would be written.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApiDocument } from "../lambdas/http/openapi/document.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { run } from "../ops/processes.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "client/typescript");
const described = `${JSON.stringify(openApiDocument(), null, 2)}\n`;

const files = [
  { path: "client/openapi.json", content: described },
  { path: "client/typescript/schema.ts", content: await typesOf(described) },
];
const changed = files.filter(({ path, content }) => contentOf(path) !== content);
if (process.argv.includes("--check")) {
  for (const { path } of changed) {
    console.log(`${path} is not what the API describes. Run: npm run clients`);
  }
  process.exitCode = changed.length === 0 ? 0 : 1;
} else {
  for (const { path, content } of changed) {
    writeFileSync(join(root, path), content);
    console.log(`Wrote ${path}.`);
  }
  if (changed.length === 0) console.log("The clients are up to date.");
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

/** With the generator's default flags: what it makes of the document, it makes for everybody. */
async function typesOf(document: string): Promise<string> {
  const temporary = mkdtempSync(join(tmpdir(), "sluice-client-"));
  try {
    const [input, output] = [join(temporary, "openapi.json"), join(temporary, "schema.ts")];
    writeFileSync(input, document);
    const generator = join(folder, "node_modules/openapi-typescript/bin/cli.js");
    const args = [generator, input, "--output", output];
    const result = await run(process.execPath, args, { env: environment });
    if (result.exitCode !== 0) throw new Error(`openapi-typescript failed: ${result.output}`);
    return readFileSync(output, "utf8");
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
