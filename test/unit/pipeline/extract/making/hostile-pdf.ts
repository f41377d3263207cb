import { type Hostile, h } from "./hostile-file.ts";
import { firstOwnObject, line, pdf, scan } from "./pdf.ts";

/** Numbers of glyphs, as most fonts order them; only a map in the file would tell their letters. */
const glyphs = Array.from("the concept of the word and the rest", (char) =>
  (char.charCodeAt(0) - 29).toString(16).padStart(4, "0"),
).join("");
export const hostilePdfs: readonly Hostile[] = [
  h(
    "1,000 pages",
    "a.pdf",
    () => pdf(Array.from({ length: 1_000 }, (_, index) => line(`Passage ${index} stands here.`))),
    /Passage 999 stands/u,
  ),
  h(
    "pages that contain each other",
    "a.pdf",
    () =>
      pdf([line("words")], {})
        .toString("latin1")
        .replace("/Kids [4 0 R]", "/Kids [2 0 R]"),
    "damaged",
    "empty_document",
    "no_text",
  ),
  h(
    "half a PDF",
    "a.pdf",
    () => {
      const file = pdf(Array.from({ length: 20 }, () => line("words of the text")));
      return file.subarray(0, file.length / 2);
    },
    "damaged",
    "empty_document",
    /words/u,
  ),
  h(
    "a password",
    "a.pdf",
    () =>
      pdf([line("words")], {
        trailer: `/ID [<00><00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${"28".repeat(32)}> /U <${"11".repeat(32)}> >>`,
      }),
    "encrypted",
  ),
  h(
    "a font without a map of its letters",
    "a.pdf",
    () =>
      pdf([`BT /F1 12 Tf 72 700 Td <${glyphs}> Tj ET`], {
        font: `/Type /Font /Subtype /Type0 /BaseFont /Lost /Encoding /Identity-H /DescendantFonts [${firstOwnObject(1)} 0 R]`,
        objects: [
          `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Lost /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>`,
        ],
      }),
    "no_text",
    "empty_document",
  ),
  h(
    "scripts and actions",
    "a.pdf",
    () =>
      pdf([line("words of the text")], { trailer: "" })
        .toString("latin1")
        .replace(
          "/Type /Catalog",
          "/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >> /AA << /WC << /S /Launch /F (sh) >> >>",
        ),
    /words/u,
  ),
  h("pictures alone", "a.pdf", () => pdf([scan, scan, scan]), "no_text"),
  h(
    "a page whose text is drawn a million times",
    "a.pdf",
    () => pdf([`${line("words")}${"BT /F1 1 Tf 1 1 Td (x) Tj ET\n".repeat(200_000)}`]),
    /words|x/u,
    "extraction_timeout",
    "extraction_out_of_memory",
  ),
  h("a PDF under another name", "a.docx", () => pdf([line("words")]), "unsupported_type"),
];
