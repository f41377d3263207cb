/** The files that a person drops on the page, with the files of dropped folders. */

/** The part of a `FileSystemEntry` that is read. */
interface Entry {
  readonly name: string;
  /** From the dropped item on, with a slash before it. */
  readonly fullPath: string;
  readonly isDirectory: boolean;
  file?(found: (file: File) => void, failed: (error: Error) => void): void;
  createReader?(): {
    readEntries(found: (entries: Entry[]) => void, failed: (error: Error) => void): void;
  };
}

interface Item {
  readonly kind: string;
  getAsFile(): File | null;
  webkitGetAsEntry(): object | null;
}

/** Hidden files are left out, as in the command line. A file of a folder knows its path in it. */
export async function filesOf(items: readonly Item[]): Promise<File[]> {
  // At once: the browser empties the items when the event is over.
  const dropped = items
    .filter(({ kind }) => kind === "file")
    .map((item) => ({ entry: item.webkitGetAsEntry() as Entry | null, file: item.getAsFile() }));
  const all = dropped.map(async ({ entry, file }) => {
    if (entry?.isDirectory) return below(entry);
    return file === null ? [] : [file];
  });
  return (await Promise.all(all)).flat();
}

/** Of a chosen folder: without hidden files and the files of hidden folders. */
export function visible<Chosen extends { readonly webkitRelativePath?: string }>(
  files: readonly Chosen[],
): Chosen[] {
  const isHidden = ({ webkitRelativePath: path = "" }: Chosen) =>
    path.split("/").some((part, depth) => depth > 0 && part.startsWith("."));
  return files.filter((file) => !isHidden(file));
}

async function below(folder: Entry): Promise<File[]> {
  const reader = folder.createReader?.();
  if (reader === undefined) return [];
  const files: File[] = [];
  for (;;) {
    // A reader answers at most 100 entries at once, and none at the end.
    const entries = await new Promise<Entry[]>((found, failed) =>
      reader.readEntries(found, failed),
    );
    if (entries.length === 0) return files;
    const visible = entries.filter(({ name }) => !name.startsWith("."));
    files.push(...(await Promise.all(visible.map(filesBelow))).flat());
  }
}

async function filesBelow(entry: Entry): Promise<File[]> {
  if (entry.isDirectory) return below(entry);
  const file = await new Promise<File | undefined>((found, failed) => {
    if (entry.file === undefined) found(undefined);
    else entry.file(found, failed);
  });
  if (file === undefined) return [];
  // Browsers leave this empty for dropped files.
  const webkitRelativePath = entry.fullPath.replace(/^\//, "");
  return [Object.defineProperty(file, "webkitRelativePath", { value: webkitRelativePath })];
}
