import { zip } from "./zip.ts";

const namespaces = [
  "office",
  "text",
  "table",
  "draw",
  "style",
  "presentation",
  "svg",
  "xlink",
  "fo",
]
  .map((name) => `xmlns:${name}="urn:${name}"`)
  .join(" ");

/** OpenDocument, from the inside of its body. */
export function openDocument(
  kind: "text" | "spreadsheet" | "presentation",
  body: string,
  { styles = "", manifest = "" }: { styles?: string; manifest?: string } = {},
): Promise<Buffer> {
  return zip({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "META-INF/manifest.xml": `<manifest>${manifest}</manifest>`,
    "content.xml": `<office:document-content ${namespaces}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
  });
}

/** A book, from its chapters' HTML. */
export function epub(
  chapters: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const items = chapters.map((_, index) => `<item id="c${index}" href="c${index}.xhtml"/>`);
  const references = chapters.map((_, index) => `<itemref idref="c${index}"/>`);
  return zip({
    mimetype: "application/epub+zip",
    "META-INF/container.xml":
      '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    "OEBPS/book.opf": `<package><metadata><dc:title>A Book</dc:title></metadata><manifest>${items.join("")}<item id="nav" href="nav.xhtml" properties="nav"/></manifest><spine><itemref idref="nav"/>${references.join("")}</spine></package>`,
    "OEBPS/nav.xhtml": "<html><body><p>Contents of the book</p></body></html>",
    ...Object.fromEntries(chapters.map((html, index) => [`OEBPS/c${index}.xhtml`, html])),
    ...more,
  });
}
