import { describe, expect, test } from "vitest";
import {
  DamagedDocumentError,
  EmptyDocumentError,
  EncryptedDocumentError,
  UnsupportedDocumentTypeError,
} from "../../../../lambdas/pipeline/extract/errors.ts";
import { docx, p, pptx, row, shape, xlsx } from "./making/office.ts";
import { epub, openDocument } from "./making/open-document.ts";
import { line, pdf } from "./making/pdf.ts";
import { read } from "./making/read.ts";
import { zip } from "./making/zip.ts";

const png = Buffer.from("89504e470d0a1a0a0000000d494844520000000100000001080200000090", "hex");
const formatOf = async (bytes: string | Uint8Array, declared?: Parameters<typeof read>[1]) =>
  (await read(bytes, declared)).format;

describe("the type of a file", () => {
  test.each([
    ["a log", "[2024-05-01 10:00:00] started\n[2024-05-01 10:00:01] stopped\n"],
    ["a list of references", "[1] Smith, A. (2020).\n[2] Jones, B. (2021).\n"],
    ["a list of one number, then words", "[1]\n[two]\n"],
    ["a template", '{"name": {{ value }} }\n'],
  ])("is text for %s that begins like JSON, if nothing says that it is", async (_, text) => {
    const { format, markdown } = await read(text);
    expect([format, markdown]).toEqual(["text", text]);
    await expect(read(text, "a.json")).rejects.toThrow(DamagedDocumentError);
    await expect(read(text, { contentType: "application/json" })).rejects.toThrow(
      DamagedDocumentError,
    );
  });

  test("is told from its bytes alone", async () => {
    const paragraph = "<text:p>x</text:p>";
    const table = `<table:table table:name="T"><table:table-row><table:table-cell>${paragraph}</table:table-cell></table:table-row></table:table>`;
    expect(await formatOf(await docx(p("x")))).toBe("docx");
    expect(
      await formatOf(await xlsx([{ name: "S", xml: `<sheetData>${row(1, ["x"])}</sheetData>` }])),
    ).toBe("xlsx");
    expect(await formatOf(await pptx([shape(undefined, ["x"])]))).toBe("pptx");
    expect(await formatOf(await openDocument("text", paragraph))).toBe("odt");
    expect(await formatOf(await openDocument("spreadsheet", table))).toBe("ods");
    expect(
      await formatOf(await openDocument("presentation", `<draw:page>${paragraph}</draw:page>`)),
    ).toBe("odp");
    expect(await formatOf(await epub(["<p>x</p>"]))).toBe("epub");
    expect(await formatOf(pdf([line("x")]))).toBe("pdf");
    expect(await formatOf("{\\rtf1 x\\par}")).toBe("rtf");
    expect(await formatOf("<!DOCTYPE html><p>x")).toBe("html");
    expect(await formatOf('{"a": 1}')).toBe("json");
    expect(await formatOf('{"a": 1}\n{"a": 2}\n')).toBe("jsonl");
    expect(await formatOf("From: a@b.c\nTo: d@e.f\nSubject: x\n\ntext")).toBe("eml");
    expect(await formatOf("just words")).toBe("text");
  });

  test("is text for UTF-16 that has neither a mark nor Latin letters, if its charset is declared", async () => {
    const bytes = Buffer.from("Пациент поступил. 東京は日本の首都です。", "utf16le");
    const { markdown } = await read(bytes, { contentType: "text/plain; charset=utf-16le" });
    expect(markdown).toBe("Пациент поступил. 東京は日本の首都です。");
  });

  test("of a text is what was declared, and the name says it more exactly", async () => {
    expect(await formatOf("a,b", { contentType: "text/csv; charset=utf-8" })).toBe("csv");
    expect(await formatOf("# a", { contentType: "text/plain", filename: "a.md" })).toBe("markdown");
    expect(
      await formatOf("a,b", { contentType: "application/vnd.ms-excel", filename: "a.csv" }),
    ).toBe("csv");
    expect(await formatOf("a: 1", { contentType: "application/yaml" })).toBe("text");
  });

  test.each([
    "PK,Name",
    "BMI,Name",
    "MZ,Intensity",
    "GIF,Count",
    "ID3,Title",
    "FORM,Page",
    "OTTO,x",
  ])("is not told from letters with which a text can begin as well: %s", async (head) => {
    const table = `${head}\n1,x\n`;
    expect(await formatOf(table, { contentType: "text/csv", filename: "a.csv" })).toBe("csv");
    expect(await formatOf(table, { contentType: "application/octet-stream" })).toBe("text");
  });

  test("of a text that is not what its reader sees is refused by name", async () => {
    const message = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n";
    await expect(read(message, "a.txt")).rejects.toThrow(/application\/pgp-encrypted/u);
    await expect(read("%!PS-Adobe-3.0\n/x 1 def\n", "a.txt")).rejects.toThrow(/postscript/u);
  });

  test("is believed from bytes when the declaration says nothing", async () => {
    const contentType = "application/octet-stream";
    expect(await formatOf(pdf([line("x")]), { contentType })).toBe("pdf");
    expect(await formatOf("words", { contentType: "application/x-www-form-urlencoded" })).toBe(
      "text",
    );
  });

  test.each([
    [
      "a PDF as Word",
      pdf([line("x")]),
      "a.docx",
      /is a PDF, but was declared as a Word document \(a\.docx\)/u,
    ],
    ["text as a PDF", "hello", "a.pdf", /is plain text, but was declared as a PDF/u],
    [
      "a page as a table",
      "<html><p>Not found</html>",
      "a.csv",
      /is an HTML page, but was declared as a CSV table/u,
    ],
    [
      "a picture as a PDF",
      png,
      "a.pdf",
      /is image\/png \(declared as a PDF, a\.pdf\), which is not read/u,
    ],
    [
      "anything else as a PDF",
      Buffer.from([0, 1, 2, 3, 4, 5, 6]),
      "a.pdf",
      /declared as a PDF \(a\.pdf\), but has none of the marks of one: it is damaged/u,
    ],
    ["a picture", png, "a.png", /is image\/png, which is not read/u],
    [
      "binary data as text",
      Buffer.from([0, 1, 2, 3, 4, 5, 6]),
      "a.txt",
      /binary data of an unknown type \(declared as plain text/u,
    ],
  ])("is refused by a sentence that names both: %s", async (_case, bytes, filename, sentence) => {
    const refused = read(bytes, filename);
    await expect(refused).rejects.toThrow(UnsupportedDocumentTypeError);
    await expect(refused).rejects.toThrow(sentence);
  });

  test("is refused before the bytes are read, when the declared type is not known", async () => {
    await expect(read("x", { contentType: "video/mp4" })).rejects.toThrow(
      /type video\/mp4 are not read/u,
    );
  });

  test("of an archive of anything is a zip archive", async () => {
    await expect(read(await zip({ "a.txt": "x" }))).rejects.toThrow(/application\/zip/u);
  });

  test("of an old or an encrypted Office file is named", async () => {
    const compound = (name: string) =>
      Buffer.concat([
        Buffer.from("d0cf11e0a1b11ae1", "hex"),
        Buffer.alloc(512),
        Buffer.from(name, "utf16le"),
      ]);
    await expect(read(compound("WordDocument"), "a.doc")).rejects.toThrow(/application\/msword/u);
    await expect(read(compound("EncryptedPackage"), "a.docx")).rejects.toThrow(
      EncryptedDocumentError,
    );
  });

  test("cannot be told of nothing, and an archive that is cut off is damaged", async () => {
    await expect(read(Buffer.alloc(0))).rejects.toThrow(EmptyDocumentError);
    await expect(read((await docx(p("x"))).subarray(0, 500))).rejects.toThrow(DamagedDocumentError);
  });
});
