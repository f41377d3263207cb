/** Files that a parser of documents should survive, with what has to come out of each. */

import { type Hostile, h } from "./hostile-file.ts";
import { moreHostile } from "./hostile-more.ts";
import { hostilePdfs } from "./hostile-pdf.ts";
import { docx, p, pptx, r, row, shape, xlsx } from "./office.ts";
import { epub, openDocument } from "./open-document.ts";
import { zip } from "./zip.ts";

const over = "over_bounds";
const document = (xml: string) => docx("", { more: { "word/document.xml": xml } });
const sheet = (xml: string) => xlsx([{ name: "S", xml }]);
const flipped = (file: Buffer, at: number) => {
  file[at] = (file[at] ?? 0) ^ 0xff;
  return file;
};
const paragraph = "<text:p>words</text:p>";

const archives: readonly Hostile[] = [
  h(
    "an archive that unpacks to 70 MB from 70 KB",
    "a.docx",
    () => document("a".repeat(70_000_000)),
    over,
  ),
  h(
    "an archive of 10,001 parts",
    "a.docx",
    () =>
      docx(p("x"), {
        more: Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`p${index}`, ""])),
      }),
    over,
  ),
  h(
    "XML entities that grow a billion times",
    "a.docx",
    () =>
      document(
        `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document><w:body>${p("&b;")}</w:body></w:document>`,
      ),
    "damaged",
  ),
  h(
    "XML that asks for a file of the machine",
    "a.docx",
    () =>
      document(
        `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document><w:body>${p("&f;")}</w:body></w:document>`,
      ),
    "damaged",
  ),
  h("100,000 elements within each other", "a.docx", () => document("<w:p>".repeat(100_000)), over),
  h(
    "half an archive",
    "a.docx",
    async () => {
      const file = await docx(p("x".repeat(5_000)));
      return file.subarray(0, file.length / 2);
    },
    "damaged",
  ),
  h(
    "a part whose checksum is wrong",
    "a.docx",
    async () => {
      const file = await docx(p("x"));
      return flipped(file, file.indexOf("PK\u0001\u0002") + 16);
    },
    "damaged",
  ),
  h(
    "an archive whose parts are encrypted",
    "a.docx",
    async () => {
      const file = await docx(p("x"));
      file.writeUInt16LE(1, file.indexOf("PK\u0001\u0002") + 8);
      return file;
    },
    "encrypted",
    "damaged",
  ),
  h(
    "a part that is cut off within its XML",
    "a.docx",
    () => document("<w:document><w:body><w:p>"),
    "damaged",
  ),
  h(
    "no main part",
    "a.docx",
    () => docx("", { more: { "_rels/.rels": "<Relationships/>" } }),
    "damaged",
  ),
  h(
    "macros",
    "a.docm",
    () => docx(p("words"), { more: { "word/vbaProject.bin": Buffer.alloc(1_000, 7) } }),
    /^words$/mu,
  ),
  h(
    "a template and pictures on a server",
    "a.docx",
    () =>
      docx(`${p("words")}<w:p><w:r><w:drawing><a:blip r:link="x"/></w:drawing></w:r></w:p>`, {
        related: [
          ["x", "image", "http://127.0.0.1:9/x.png", "External"],
          ["t", "attachedTemplate", "http://127.0.0.1:9/t.dotm", "External"],
        ],
      }),
    /^words$/mu,
  ),
  h(
    "text from right to left and from top to bottom",
    "a.docx",
    () =>
      docx(
        `${p("שלום עולם", "<w:bidi/>")}<w:tbl><w:tr><w:tc><w:tcPr><w:textDirection w:val="tbRl"/></w:tcPr>${p("縦書き")}</w:tc><w:tc>${p("b")}</w:tc></w:tr></w:tbl>`,
      ),
    /שלום עולם[\s\S]*縦書き/u,
  ),
  h(
    "tables within each other",
    "a.docx",
    () =>
      docx(
        `${"<w:tbl><w:tr><w:tc>".repeat(70)}${p("words")}${"</w:tc></w:tr></w:tbl>".repeat(70)}`,
      ),
    /words/u,
  ),
  h(
    "only deleted text",
    "a.docx",
    () => docx(`<w:p><w:del>${r("gone")}</w:del></w:p>`),
    "empty_document",
  ),
];

const sheets: readonly Hostile[] = [
  h(
    "one cell at the end of the sheet",
    "a.xlsx",
    () =>
      sheet(
        '<sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>last</t></is></c></row></sheetData>',
      ),
    /\| last \|/u,
  ),
  h(
    "a row of 16,384 columns",
    "a.xlsx",
    () =>
      sheet(
        `<sheetData><row r="1">${'<c t="inlineStr"><is><t>x</t></is></c>'.repeat(16_384)}</row></sheetData>`,
      ),
    over,
  ),
  h(
    "a cell merged over the whole sheet",
    "a.xlsx",
    () =>
      sheet(
        `<sheetData>${row(1, ["all"])}</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>`,
      ),
    /\| all \|/u,
  ),
  h(
    "texts that do not exist",
    "a.xlsx",
    () => sheet('<sheetData><row r="1"><c t="s"><v>99</v></c></row></sheetData>'),
    "empty_document",
  ),
  h("a workbook without sheets", "a.xlsx", () => xlsx([]), "empty_document"),
  h(
    "a format that is none",
    "a.xlsx",
    () =>
      xlsx([{ name: "S", xml: '<sheetData><row r="1"><c s="1"><v>5</v></c></row></sheetData>' }], {
        formats: ["[[[;;;&quot;"],
      }),
    /\| 5 \|/u,
  ),
  h(
    "a filled cell repeated to the sheet's end",
    "a.ods",
    () =>
      openDocument(
        "spreadsheet",
        `<table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">${paragraph}</table:table-cell></table:table-row></table:table>`,
      ),
    over,
  ),
  h("a table of 5,000 columns", "a.csv", () => "a,".repeat(5_000), over),
  h("a quote that never ends", "a.csv", () => `a,b\n"${"x,\n".repeat(300_000)}`, /x/u, over),
];

const others: readonly Hostile[] = [
  h(
    "a slide that is missing",
    "a.pptx",
    () => pptx([shape("title", ["Here"]), "</p:spTree>"]),
    /# Here/u,
    "damaged",
  ),
  h(
    "a book whose chapters are missing",
    "a.epub",
    () =>
      epub([], {
        "OEBPS/book.opf":
          '<package><manifest><item id="a" href="../../../etc/passwd"/></manifest><spine><itemref idref="a"/></spine></package>',
      }),
    "empty_document",
  ),
  h("a book that is no book", "a.epub", () => zip({ mimetype: "application/epub+zip" }), "damaged"),
  h(
    "an OpenDocument with a password",
    "a.odt",
    () => openDocument("text", paragraph, { manifest: "<x><encryption-data/></x>" }),
    "encrypted",
  ),
  h(
    "lists within each other, 100 deep",
    "a.odt",
    () =>
      openDocument(
        "text",
        `${"<text:list><text:list-item>".repeat(100)}${paragraph}${"</text:list-item></text:list>".repeat(100)}`,
      ),
    /words/u,
  ),
  h(
    "20,000 elements of a page within each other",
    "a.html",
    () => `<html>${"<div>".repeat(20_000)}words`,
    /^words\n$/u,
  ),
  h(
    "1,000,000 elements of a page within each other",
    "a.html",
    () => `<html>${"<b>".repeat(1_000_000)}words`,
    over,
    "extraction_timeout",
  ),
  h(
    "20,000 lists of a page within each other",
    "a.html",
    () => `<html>${"<ul><li>".repeat(20_000)}words`,
    /words/u,
  ),
  h(
    "cells that span a thousand columns and every row",
    "a.html",
    () =>
      `<html><table>${"<tr>".padEnd(30, "<td colspan=1000 rowspan=65534>x").repeat(4_000)}</table>`,
    over,
  ),
  h(
    "an attribute of 5 MB",
    "a.html",
    () => `<html><p title="${"x".repeat(5_000_000)}">words`,
    /^words\n$/u,
  ),
  h(
    "a page of scripts alone",
    "a.html",
    () => "<html><script>document.write('words')</script></html>",
    "empty_document",
  ),
  h(
    "a page that calls for others",
    "a.html",
    () =>
      '<html><img src="http://127.0.0.1:9/x"><iframe src="http://127.0.0.1:9/"></iframe><p>words',
    /^words\n$/u,
  ),
  h("100,000 groups within each other", "a.rtf", () => `{\\rtf1 ${"{".repeat(100_000)}`, over),
  h("a length that lies", "a.rtf", () => "{\\rtf1 words\\par\\bin999999999 }", "damaged", /words/u),
  h("values within each other a million times", "a.json", () => "[".repeat(1_000_000), over),
  h("JSON that breaks off", "a.json", () => '{"a": "b', "damaged"),
  h(
    "a mail whose parts lie within each other",
    "a.eml",
    () =>
      `From: a@b.c\nTo: b@c.d\nSubject: x\n${Array.from({ length: 300 }, (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\n\n--b${index}\n`).join("")}Content-Type: text/plain\n\nwords`,
    "damaged",
    /x/u,
  ),
  h(
    "a mail with 400 attachments",
    "a.eml",
    () =>
      `From: a@b.c\nTo: b@c.d\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n${"--b\nContent-Disposition: attachment; filename=a\n\nx\n".repeat(400)}--b--`,
    over,
  ),
  h(
    "a mail of many files with names in 8 bits",
    "a.eml",
    () =>
      Buffer.from(
        `From: a@b.c\nTo: b@c.d\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n${"--b\nContent-Disposition: attachment; filename=\xfc\n\nx\n".repeat(20_000)}--b--`,
        "latin1",
      ),
    over,
  ),
  h("4 MB of marks of lists", "a.md", () => `${"- ".repeat(2_000_000)}words`, /words/u),
  h("zeros under the name of a text", "a.txt", () => Buffer.alloc(1_000), "unsupported_type"),
  h(
    "a program under the name of a table",
    "a.csv",
    () => Buffer.concat([Buffer.from("7f454c4602010100", "hex"), Buffer.alloc(500)]),
    "unsupported_type",
  ),
  h("nothing", "a.txt", () => "", "empty_document"),
  h("blanks", "a.txt", () => " \n".repeat(100_000), "empty_document"),
  h(
    "a mark of UTF-8 before what is none",
    "a.txt",
    () => Buffer.from("efbbbffffe41ff", "hex"),
    "unknown_encoding",
  ),
];

export const hostile: readonly Hostile[] = [
  ...archives,
  ...sheets,
  ...others,
  ...hostilePdfs,
  ...moreHostile,
];
