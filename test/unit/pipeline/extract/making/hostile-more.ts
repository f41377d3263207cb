import { deflateSync, gzipSync } from "node:zlib";
import { type Hostile, h } from "./hostile-file.ts";
import { mailOf } from "./mail.ts";
import { row, xlsx } from "./office.ts";
import { epub, openDocument } from "./open-document.ts";
import { line, pdf } from "./pdf.ts";

/** The container of old Office files, with a name in its directory. */
const compound = (name: string) =>
  Buffer.concat([
    Buffer.from("d0cf11e0a1b11ae1", "hex"),
    Buffer.alloc(1_024),
    Buffer.from(name, "utf16le"),
    Buffer.alloc(512),
  ]);
/** A page whose stream unpacks to so many blanks. */
const packedPage = (megabytes: number) => {
  const content = `${line("words of the page")}${" ".repeat(megabytes * 1_000_000)}`;
  const packed = deflateSync(content, { level: 9 }).toString("latin1");
  return pdf([packed]).toString("latin1").replace("<< /Length", "<< /Filter /FlateDecode /Length");
};

export const moreHostile: readonly Hostile[] = [
  h(
    "a page that unpacks to 100 MB",
    "a.pdf",
    () => packedPage(100),
    /words of the page/u,
    "damaged",
    "extraction_out_of_memory",
    "extraction_timeout",
  ),
  h("a password on an Office document", "a.docx", () => compound("EncryptedPackage"), "encrypted"),
  h("Word of 1997", "a.doc", () => compound("WordDocument"), "unsupported_type"),
  h("Excel of 1997 as a table", "a.csv", () => compound("Workbook"), "unsupported_type"),
  h("a packed text", "a.txt", () => gzipSync("words ".repeat(1_000)), "unsupported_type"),
  h(
    "shared texts of 70 MB",
    "a.xlsx",
    () =>
      xlsx([{ name: "S", xml: '<sheetData><row r="1"><c t="s"><v>0</v></c></row></sheetData>' }], {
        strings: ["x".repeat(70_000_000)],
      }),
    "over_bounds",
  ),
  h(
    "a formula that starts a program",
    "a.xlsx",
    () =>
      xlsx([
        {
          name: "S",
          xml: `<sheetData>${row(1, ["words"])}<row r="2"><c r="A2"><f>cmd|' /C calc'!A0</f><v>5</v></c></row></sheetData>`,
        },
      ]),
    /\| words \|[\s\S]*\| 5 \|/u,
  ),
  h("a cell that starts a program", "a.csv", () => "a,b\n=cmd|' /C calc'!A0,x\n", /=cmd/u),
  h(
    "an object and a link to a program",
    "a.rtf",
    () =>
      String.raw`{\rtf1 words{\object\objautlink{\*\objdata 0105}{\result }}{\field{\*\fldinst DDEAUTO c:\\cmd "/k calc"}{\fldrslt shown}}\par}`,
    /words.*shown/u,
  ),
  h(
    "objects on a server",
    "a.odt",
    () =>
      openDocument(
        "text",
        '<text:p>words<draw:frame><draw:object xlink:href="http://127.0.0.1:9/x"/></draw:frame></text:p><text:section><text:section-source xlink:href="http://127.0.0.1:9/y"/></text:section>',
      ),
    /^words$/mu,
  ),
  h(
    "a book under rights management",
    "a.epub",
    () =>
      epub(["<p>words</p>"], {
        "META-INF/encryption.xml":
          '<encryption><EncryptedData><CipherData><CipherReference URI="OEBPS/c0.xhtml"/></CipherData></EncryptedData></encryption>',
        "META-INF/rights.xml": "<rights/>",
      }),
    "encrypted",
    /words/u,
  ),
  h(
    "an attachment whose encoding is broken",
    "a.eml",
    () =>
      mailOf("words", "text of the mail", [
        { filename: "../../a.pdf", type: "application/pdf", bytes: Buffer.from("x") },
      ]).replace("eA==", "===%%%==="),
    /text of the mail/u,
  ),
  h("halves of characters", "a.json", () => String.raw`{"a": "\ud800 words \udc00"}`, /words/u),
  h(
    "200,000 keys",
    "a.json",
    () => `{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":1`).join(",")}}`,
    /k199999/u,
  ),
];
