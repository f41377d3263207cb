/** The default title of a document: its file name without the extension. */
export function titleOf(fileName: string): string {
  const title = fileName.replace(/\.[A-Za-z0-9]{1,8}$/, "").trim();
  return (title === "" ? fileName : title).slice(0, 500);
}
