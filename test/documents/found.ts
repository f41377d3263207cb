/** Documents that happen to be on the machine: of Debian, of Python, of npm packages. */
import { globSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import {
  type FormatName,
  formatNames,
  formatOfFilename,
} from "../../lambdas/contract/file-formats.ts";

const root = join(import.meta.dirname, "../..");
const folders = [
  join(root, "node_modules"),
  "/usr/share",
  "/usr/lib/python3",
  "/usr/lib/libreoffice/share",
  "/usr/local/lib",
];
/** Of one format; there are thousands of some. */
const mostOfFormat = 24;
/** Larger ones are for the bench. */
const maxBytes = 2 * 1024 * 1024;

export interface FoundFile {
  readonly path: string;
  readonly format: FormatName;
}

/** The same files each time on one machine, taken from all over the folders. */
export function foundFiles(): FoundFile[] {
  const byFormat = new Map<FormatName, Map<string, string>>();
  for (const folder of folders) {
    for (const path of globSync("**/*.*", { cwd: folder }).toSorted()) {
      const format = formatOfFilename(path);
      if (format === undefined) continue;
      const files = byFormat.get(format) ?? new Map<string, string>();
      byFormat.set(format, files);
      // One of each name in each package: a hundred files called index.html are much alike.
      files.set(`${path.split("/").slice(0, 2).join("/")} ${basename(path)}`, join(folder, path));
    }
  }
  return formatNames.flatMap((format) => {
    const paths = [...(byFormat.get(format)?.values() ?? [])].filter(isReadable);
    const step = Math.max(1, Math.floor(paths.length / mostOfFormat));
    return paths
      .filter((_, index) => index % step === 0)
      .slice(0, mostOfFormat)
      .map((path) => ({ path, format }));
  });
}

function isReadable(path: string): boolean {
  try {
    const { size } = statSync(realpathSync(path));
    return size > 0 && size <= maxBytes && readFileSync(path).length > 0;
  } catch {
    return false;
  }
}
