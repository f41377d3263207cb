/** A PDF of pages with a content stream each, and one font. */
export interface PdfOptions {
  /** The font's dictionary, without its brackets. */
  readonly font?: string;
  /** Objects behind those of the pages, numbered from {@link firstOwnObject}. */
  readonly objects?: readonly string[];
  /** Entries of the trailer. */
  readonly trailer?: string;
}

const helvetica = "/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding";

export function pdf(pages: readonly string[], options: PdfOptions = {}): Buffer {
  const { font = helvetica, objects: own = [], trailer = "" } = options;
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    `<< ${font} >>`,
    ...pages.flatMap((content, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + 2 * index} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${Buffer.byteLength(content, "latin1")} >>\nstream\n${content}\nendstream`,
    ]),
    ...own,
  ];
  let file = "%PDF-1.7\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}`;
  const end = `trailer << /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${file.length}\n%%EOF`;
  return Buffer.from(file + table + end, "latin1");
}

/** Number of the first object that {@link PdfOptions.objects} adds behind so many pages. */
export function firstOwnObject(pages: number): number {
  return 4 + 2 * pages;
}

/** A line of text at a height from the bottom, in points. */
export function line(text: string, y = 700, size = 12): string {
  return `BT /F1 ${size} Tf 72 ${y} Td (${text.replaceAll(/[()\\]/gu, String.raw`\$&`)}) Tj ET\n`;
}

/** A black picture over the whole page, as a scan is. */
export const scan = "q 612 0 0 792 0 0 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \x00\xff\xff\x00 EI Q\n";
