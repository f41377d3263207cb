/**
 * The formats of files, with their content types and extensions. The extraction, the command line
 * and the console read this one table.
 */

/** Formats that are read. Text formats have no mark in their bytes. */
export const formatNames = [
  "text",
  "markdown",
  "html",
  "pdf",
  "docx",
  "pptx",
  "xlsx",
  "odt",
  "ods",
  "odp",
  "rtf",
  "epub",
  "csv",
  "tsv",
  "json",
  "jsonl",
  "eml",
] as const;

export type FormatName = (typeof formatNames)[number];

export interface FormatNaming {
  /** As an error's sentence says it, with its article. */
  readonly title: string;
  /** The first is the standard one. */
  readonly contentTypes: readonly [string, ...string[]];
  readonly extensions: readonly [string, ...string[]];
  /** Whether it is text that only its declaration or its content tells apart. */
  readonly isText?: true;
}

const office = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";

export const naming: Readonly<Record<FormatName, FormatNaming>> = {
  text: {
    title: "plain text",
    contentTypes: ["text/plain"],
    extensions: ["txt", "text", "log"],
    isText: true,
  },
  markdown: {
    title: "Markdown",
    contentTypes: ["text/markdown", "text/x-markdown"],
    extensions: ["md", "markdown", "mdown"],
    isText: true,
  },
  html: {
    title: "an HTML page",
    contentTypes: ["text/html", "application/xhtml+xml"],
    extensions: ["html", "htm", "xhtml"],
    isText: true,
  },
  pdf: {
    title: "a PDF",
    contentTypes: ["application/pdf", "application/x-pdf"],
    extensions: ["pdf"],
  },
  docx: {
    title: "a Word document",
    contentTypes: [
      `${office}.wordprocessingml.document`,
      "application/vnd.ms-word.document.macroenabled.12",
      `${office}.wordprocessingml.template`,
    ],
    extensions: ["docx", "docm", "dotx", "dotm"],
  },
  pptx: {
    title: "a PowerPoint presentation",
    contentTypes: [
      `${office}.presentationml.presentation`,
      "application/vnd.ms-powerpoint.presentation.macroenabled.12",
      `${office}.presentationml.slideshow`,
      `${office}.presentationml.template`,
    ],
    extensions: ["pptx", "pptm", "ppsx", "potx"],
  },
  xlsx: {
    title: "an Excel workbook",
    contentTypes: [
      `${office}.spreadsheetml.sheet`,
      "application/vnd.ms-excel.sheet.macroenabled.12",
      `${office}.spreadsheetml.template`,
    ],
    extensions: ["xlsx", "xlsm", "xltx"],
  },
  odt: {
    title: "an OpenDocument text",
    contentTypes: [`${openDocument}.text`, `${openDocument}.text-template`],
    extensions: ["odt", "ott"],
  },
  ods: {
    title: "an OpenDocument spreadsheet",
    contentTypes: [`${openDocument}.spreadsheet`, `${openDocument}.spreadsheet-template`],
    extensions: ["ods", "ots"],
  },
  odp: {
    title: "an OpenDocument presentation",
    contentTypes: [`${openDocument}.presentation`, `${openDocument}.presentation-template`],
    extensions: ["odp", "otp"],
  },
  rtf: {
    title: "an RTF document",
    contentTypes: ["application/rtf", "text/rtf", "application/x-rtf", "text/richtext"],
    extensions: ["rtf"],
  },
  epub: { title: "an EPUB book", contentTypes: ["application/epub+zip"], extensions: ["epub"] },
  csv: {
    title: "a CSV table",
    // Windows declares the last for every `.csv` when Excel is installed.
    contentTypes: [
      "text/csv",
      "application/csv",
      "text/comma-separated-values",
      "application/vnd.ms-excel",
    ],
    extensions: ["csv"],
    isText: true,
  },
  tsv: {
    title: "a TSV table",
    contentTypes: ["text/tab-separated-values", "text/tsv"],
    extensions: ["tsv", "tab"],
    isText: true,
  },
  json: {
    title: "JSON",
    contentTypes: ["application/json", "text/json"],
    extensions: ["json"],
    isText: true,
  },
  jsonl: {
    title: "JSON Lines",
    contentTypes: [
      "application/jsonl",
      "application/x-ndjson",
      "application/x-jsonlines",
      "application/ndjson",
    ],
    extensions: ["jsonl", "ndjson"],
    isText: true,
  },
  eml: { title: "a mail", contentTypes: ["message/rfc822"], extensions: ["eml"], isText: true },
};

/** @returns the format by the extension; undefined if there is none or it is not known */
export function formatOfFilename(filename: string): FormatName | undefined {
  const extension = /\.([^./\\]+)$/u.exec(filename)?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  return formatNames.find((name) => naming[name].extensions.includes(extension));
}

/** The type to declare if a file's name gives none; the content then decides. */
export const unknownContentType = "application/octet-stream";

/** The standard content type of a file by its name, or {@link unknownContentType}. */
export function contentTypeOfName(filename: string): string {
  const format = formatOfFilename(filename);
  return format === undefined ? unknownContentType : naming[format].contentTypes[0];
}

/** Types that say nothing about the content: what `curl` and browsers send when they do not know. */
const silent = new Set([
  "application/octet-stream",
  "binary/octet-stream",
  "application/x-www-form-urlencoded",
  "application/zip",
  "application/x-zip-compressed",
]);

/** The format that a content type names; `"silent"` when it says nothing; nothing when it is not known. */
export function formatOfContentType(contentType: string): FormatName | "silent" | undefined {
  const bare = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (bare === "" || silent.has(bare)) return "silent";
  return formatNames.find((name) => naming[name].contentTypes.includes(bare));
}

/** Whether text of this type can be sent as `text`, inside a JSON body. */
export function isTextType(contentType: string): boolean {
  const format = formatOfContentType(contentType);
  return format === undefined
    ? isOtherText(contentType)
    : format !== "silent" && (naming[format].isText === true || format === "rtf");
}

/** Whether a document of this type can be sent; what is in the bytes shows when it is read. */
export function isAccepted(contentType: string): boolean {
  return formatOfContentType(contentType) !== undefined || isOtherText(contentType);
}

/** XML and sources of programs are text to a reader, too. */
export function isOtherText(contentType: string): boolean {
  return /^text\/|[/+](?:xml|yaml|javascript)\b/iu.test(contentType);
}

/** The standard type of each format. */
export const contentTypes: readonly string[] = formatNames.map(
  (name) => naming[name].contentTypes[0],
);

/** The value of `charset` in a content type. */
export function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/iu.exec(contentType ?? "")?.[1];
}
