import { fileTypeFromBuffer } from "file-type";
import type { FormatName } from "../../../contract/file-formats.ts";
import { Archive } from "../archive/zip.ts";
import type { Bounds } from "../bounds.ts";
import { looksLikeText } from "./text.ts";

/** What bytes are: a format that is read, another known one by its name, or neither. */
export type Signature =
  | { readonly format: FormatName }
  | { readonly other: string }
  | { readonly encrypted: string }
  | undefined;

/** Of an entry, of an archive without entries, and of one in parts. */
const zipMarks = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"];
/** Of these, the text is not what its reader sees. */
const unread: ReadonlySet<string> = new Set([
  "application/eps",
  "application/pgp-encrypted",
  "application/postscript",
]);

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** By the marks of each format's specification. */
export async function signatureOf(bytes: Uint8Array, bounds: Bounds): Promise<Signature> {
  const head = latin1(bytes.subarray(0, 1_024));
  // Readers of PDF allow other bytes before the mark.
  if (/%PDF-\d/u.test(head) && !/^\s*</u.test(head)) return { format: "pdf" };
  if (/^\s*\{\\rtf/u.test(head)) return { format: "rtf" };
  if (zipMarks.some((mark) => head.startsWith(mark))) return archiveSignature(bytes, bounds);
  if (head.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return compoundSignature(bytes);
  const found = await fileTypeFromBuffer(bytes.subarray(0, 64 * 1024));
  if (found === undefined || found.ext === "xml" || found.mime.startsWith("text/"))
    return undefined;
  // Some marks are two or three letters, with which a text can begin: `BMI,Name` is no picture.
  if (looksLikeText(bytes) && !unread.has(found.mime)) return undefined;
  return { other: found.mime };
}

/** @throws DamagedDocumentError when the archive cannot be listed. */
async function archiveSignature(bytes: Uint8Array, bounds: Bounds): Promise<Signature> {
  const archive = await Archive.open(bytes, bounds);
  const kind = archive.has("mimetype") ? latin1(await archive.bytes("mimetype")).trim() : "";
  if (kind === "application/epub+zip" || archive.has("META-INF/container.xml")) {
    return { format: "epub" };
  }
  const openDocument =
    /^application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)/u.exec(kind)?.[1];
  if (openDocument === "text") return { format: "odt" };
  if (openDocument === "spreadsheet") return { format: "ods" };
  if (openDocument === "presentation") return { format: "odp" };
  if (archive.has("[Content_Types].xml")) {
    const types = latin1(await archive.bytes("[Content_Types].xml"));
    if (/wordprocessingml\.[^"]*main\+xml|ms-word\.[^"]*main\+xml/u.test(types))
      return { format: "docx" };
    if (/spreadsheetml\.[^"]*main\+xml|ms-excel\.[^"]*sheet\.main/u.test(types)) {
      return archive.names.some((name) => name.endsWith(".bin") && name.includes("workbook"))
        ? { other: "application/vnd.ms-excel.sheet.binary.macroenabled.12" }
        : { format: "xlsx" };
    }
    if (/ms-excel\.sheet\.macroEnabled/iu.test(types)) return { format: "xlsx" };
    if (/presentationml\.[^"]*main\+xml|ms-powerpoint\.[^"]*main\+xml/u.test(types))
      return { format: "pptx" };
  }
  return { other: "application/zip" };
}

/** Old Office formats; Office also wraps its new ones in this container to encrypt them. */
function compoundSignature(bytes: Uint8Array): Signature {
  const names = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (name: string) => names.includes(Buffer.from(name, "utf16le"));
  if (has("EncryptedPackage")) return { encrypted: "an Office document" };
  if (has("WordDocument")) return { other: "application/msword" };
  if (has("Workbook") || has("Book")) return { other: "application/vnd.ms-excel" };
  if (has("PowerPoint Document")) return { other: "application/vnd.ms-powerpoint" };
  if (has("__properties_version1.0")) return { other: "application/vnd.ms-outlook" };
  return { other: "application/x-cfb" };
}
