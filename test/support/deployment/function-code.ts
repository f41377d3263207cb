/** Functions made for a test, with the real bootstrap, as steps are bundled. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { writeArchive } from "../../../infra/bundling/archive.ts";
import { compileBootstrap } from "../../../infra/bundling/compile.ts";
import { localAccount } from "../../../ops/aws-client-options.ts";

/** What `CreateFunction` needs beside a name, the code and its limits. */
export const customRuntime = {
  Runtime: "provided.al2023",
  Handler: "step/index.handler",
  Role: `arn:aws:iam::${localAccount}:role/test`,
} as const;

/**
 * @param entryPoint a module that exports `handler`
 * @param note makes code that no other test has
 */
export async function functionCode(entryPoint: string, note = ""): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    banner: { js: `/* ${note} */` },
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  const [step] = outputFiles;
  const bootstrap = readFileSync(
    join(import.meta.dirname, "../../../infra/bootstrap/bootstrap.sh"),
  );
  const folder = mkdtempSync(join(tmpdir(), "sluice-function-"));
  try {
    const file = join(folder, "code.zip");
    await writeArchive(
      [
        await compileBootstrap(),
        { path: "bootstrap", content: bootstrap, executable: true },
        { path: "step/index.mjs", content: Buffer.from(step?.contents ?? []) },
      ],
      file,
    );
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
