/** Programs of the machine that write documents. What is missing is said in the tests' titles. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../../lambdas/platform/environment.ts";

const run = promisify(execFile);
const timeoutMs = 240_000;

export interface Program {
  readonly name: string;
  /** Of Debian. */
  readonly packages: string;
  readonly path: string | undefined;
}

const program = (name: string, command: string, packages: string): Program => ({
  name,
  packages,
  path: (environment["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path)),
});

export const pandoc = program("pandoc", "pandoc", "pandoc");
export const libreOffice = program(
  "LibreOffice",
  "soffice",
  "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
);
export const chromium = program("Chromium", "chromium", "chromium");

export interface MadeFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A folder that is removed with all that the programs leave in it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-documents-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function convertByPandoc(
  source: string,
  formats: readonly string[],
  folder: string,
): Promise<MadeFile[]> {
  return Promise.all(
    formats.map(async (format) => {
      const file = join(folder, `pandoc.${format}`);
      await run(pandoc.path ?? "", [source, "--standalone", "-o", file], { timeout: timeoutMs });
      return { name: `pandoc.${format}`, bytes: readFileSync(file) };
    }),
  );
}

/**
 * All sources in one run, because to start takes longer than to convert.
 * @param filter reads the source. @default as its name says; a page is then no text document
 */
export async function convertByLibreOffice(
  sources: readonly string[],
  format: string,
  folder: string,
  filter?: string,
): Promise<MadeFile[]> {
  const out = join(folder, `libreoffice-${format}`);
  mkdirSync(out);
  const profile = `-env:UserInstallation=file://${join(folder, "profile")}`;
  await run(
    libreOffice.path ?? "",
    [
      profile,
      "--headless",
      ...(filter === undefined ? [] : [`--infilter=${filter}`]),
      "--convert-to",
      format,
      "--outdir",
      out,
      ...sources,
    ],
    { timeout: timeoutMs },
  );
  return readdirSync(out).map((name) => ({
    name: `libreoffice ${name}`,
    bytes: readFileSync(join(out, name)),
  }));
}

export async function printByChromium(page: string, folder: string): Promise<MadeFile> {
  const file = join(folder, "chromium.pdf");
  const options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"];
  await run(
    chromium.path ?? "",
    [...options, `--user-data-dir=${join(folder, "chromium")}`, `--print-to-pdf=${file}`, page],
    { timeout: timeoutMs },
  );
  return { name: "chromium.pdf", bytes: readFileSync(file) };
}
