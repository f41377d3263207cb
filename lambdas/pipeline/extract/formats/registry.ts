import type { FormatName } from "../../../contract/file-formats.ts";
import type { Reader } from "../extraction.ts";

/** Where each format's reader is, loaded when it is needed: a worker reads one document. */
export const readers: Readonly<Record<FormatName, () => Promise<Reader>>> = {
  text: async () => (await import("./text.ts")).readText,
  markdown: async () => (await import("./markdown.ts")).readMarkdown,
  html: async () => (await import("./html/html.ts")).readHtml,
  pdf: async () => (await import("./pdf/pdf.ts")).readPdf,
  docx: async () => (await import("./docx/docx.ts")).readDocx,
  pptx: async () => (await import("./pptx/pptx.ts")).readPptx,
  xlsx: async () => (await import("./xlsx/xlsx.ts")).readXlsx,
  odt: async () => (await import("./odf/odt.ts")).readOdt,
  ods: async () => (await import("./odf/ods.ts")).readOds,
  odp: async () => (await import("./odf/odp.ts")).readOdp,
  rtf: async () => (await import("./rtf/rtf.ts")).readRtf,
  epub: async () => (await import("./epub.ts")).readEpub,
  csv: async () => (await import("./csv.ts")).readCsv,
  tsv: async () => (await import("./csv.ts")).readTsv,
  json: async () => (await import("./json/json.ts")).readJson,
  jsonl: async () => (await import("./json/json-lines.ts")).readJsonLines,
  eml: async () => (await import("./mail/eml.ts")).readEml,
};
