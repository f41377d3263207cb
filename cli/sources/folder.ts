/** The files of a folder, with the files of its folders. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import picomatch from "picomatch";

export interface FolderFilter {
  /**
   * Patterns such as `*.md` or `2026/**`, for the path inside the folder. A pattern without a slash
   * matches names in every folder. @default every file
   */
  readonly include?: readonly string[] | undefined;
  /** Patterns of files and folders to leave out. @default none */
  readonly exclude?: readonly string[] | undefined;
  /** Whether files and folders whose names begin with a dot are listed. @default false */
  readonly hidden?: boolean;
}

export interface FileInFolder {
  /** The folder as it was given, with the path inside it. */
  readonly path: string;
  /** The path inside the folder, separated by `/`. */
  readonly inside: string;
  /** Why the file or folder cannot be read. */
  readonly problem?: string;
}

/** Sorted by path. Links to files are followed; links to folders are not, because they can form circles. */
export function filesIn(folder: string, filter: FolderFilter = {}): FileInFolder[] {
  const isIncluded = matcher(filter.include) ?? (() => true);
  const isExcluded = matcher(filter.exclude) ?? (() => false);

  const walk = (below: string): FileInFolder[] => {
    const entries = entriesOf(join(folder, below));
    if (typeof entries === "string") {
      return [{ path: join(folder, below), inside: below, problem: entries }];
    }
    return entries.flatMap((entry): FileInFolder[] => {
      const inside = below === "" ? entry.name : `${below}/${entry.name}`;
      const hidden = entry.name.startsWith(".") && filter.hidden !== true;
      if (hidden || isExcluded(inside)) return [];
      if (entry.isDirectory()) return walk(inside);
      const path = join(folder, inside);
      return isFile(entry, path) && isIncluded(inside) ? [{ path, inside }] : [];
    });
  };
  return walk("").toSorted((a, b) => (a.inside < b.inside ? -1 : 1));
}

function entriesOf(folder: string): Dirent[] | string {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return (error as Error).message;
  }
}

function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** File systems write the same name in two forms of Unicode; both match. */
function matcher(
  patterns: readonly string[] | undefined,
): ((inside: string) => boolean) | undefined {
  if (patterns === undefined || patterns.length === 0) return undefined;
  const matches = picomatch(patterns.map(wholePattern), { dot: true });
  return (inside) => matches(inside.normalize("NFC"));
}

function wholePattern(pattern: string): string {
  const plain = pattern.normalize("NFC").replace(/^\.\//, "").replace(/\/$/, "");
  return plain.includes("/") ? plain : `**/${plain}`;
}
