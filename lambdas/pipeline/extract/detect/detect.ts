import {
  charsetOf,
  contentTypes,
  type FormatName,
  formatOfContentType,
  formatOfFilename,
  isOtherText,
  naming,
} from "../../../contract/file-formats.ts";
import type { Bounds } from "../bounds.ts";
import {
  EmptyDocumentError,
  EncryptedDocumentError,
  UnsupportedDocumentTypeError,
} from "../errors.ts";
import type { Declared } from "../extraction.ts";
import { signatureOf } from "./signature.ts";
import { looksLikeText, sniffText } from "./text.ts";

/**
 * The format of a file by its bytes, held against what its sender declared.
 * @throws UnsupportedDocumentTypeError when it is of no type that is read, or
 * not of the type that was declared.
 * @throws EncryptedDocumentError when all that can be seen is that it is encrypted.
 */
export async function detectFormat(
  bytes: Uint8Array,
  declared: Declared,
  bounds: Bounds,
): Promise<FormatName> {
  if (bytes.length === 0)
    throw new EmptyDocumentError("The file is empty. Send one that has content.");
  const claim = claimOf(declared);
  const signature = await signatureOf(bytes, bounds);
  if (signature === undefined) return textFormat(bytes, claim, charsetOf(declared.contentType));
  if ("encrypted" in signature) {
    throw new EncryptedDocumentError(
      `The file is ${signature.encrypted} with a password. Remove the password and send it again.`,
    );
  }
  if ("other" in signature) throw unsupported(signature.other, claim);
  if (claim.format !== undefined && claim.format !== signature.format) {
    throw mismatch(naming[signature.format].title, claim, naming[signature.format].contentTypes[0]);
  }
  return signature.format;
}

/** Whether the sender says by type or name what the file is. */
export function isDeclared(declared: Declared): boolean {
  return claimOf(declared).format !== undefined;
}

interface Claim {
  readonly format: FormatName | undefined;
  /** As the sender wrote it, for errors. */
  readonly words: string | undefined;
}

/** @throws UnsupportedDocumentTypeError when the declared type is not read. */
function claimOf({ contentType, filename }: Declared): Claim {
  const byName = filename === undefined ? undefined : formatOfFilename(filename);
  const byType = contentType === undefined ? "silent" : formatOfContentType(contentType);
  if (byType === undefined) {
    if (isOtherText(contentType ?? "")) return { format: byName ?? "text", words: contentType };
    throw new UnsupportedDocumentTypeError(
      `Documents of type ${contentType} are not read. Send one of: ${supported()}.`,
    );
  }
  if (byType === "silent")
    return { format: byName, words: byName === undefined ? undefined : filename };
  // Programs call many texts text/plain: the name says more.
  const isRefined = byType === "text" && byName !== undefined && naming[byName].isText === true;
  return { format: isRefined ? byName : byType, words: contentType };
}

function textFormat(bytes: Uint8Array, claim: Claim, charset: string | undefined): FormatName {
  if (!looksLikeText(bytes, charset)) {
    if (claim.format !== undefined && naming[claim.format].isText !== true) throw broken(claim);
    throw unsupported("binary data of an unknown type", claim);
  }
  const sniffed = sniffText(
    Buffer.from(bytes.subarray(0, 8_192))
      .toString("utf8")
      .replace(/^\uFEFF/u, ""),
  );
  if (claim.format === undefined) return sniffed ?? "text";
  if (naming[claim.format].isText !== true) {
    const found = sniffed === undefined ? "plain text" : naming[sniffed].title;
    throw mismatch(found, claim, naming[sniffed ?? "text"].contentTypes[0]);
  }
  // An error page that was saved under the name of the file it stands for.
  const isPage = sniffed === "html" && !["html", "text", "markdown", "eml"].includes(claim.format);
  if (isPage) throw mismatch(naming.html.title, claim, "text/html");
  return claim.format;
}

function mismatch(found: string, claim: Claim, contentType: string): UnsupportedDocumentTypeError {
  return new UnsupportedDocumentTypeError(
    `The file is ${found}, but was declared as ${said(claim)}. Send it as ${contentType}, or send the right file.`,
  );
}

/** Binary data without the marks of the type that its name or sender claims. */
function broken(claim: Claim): UnsupportedDocumentTypeError {
  return new UnsupportedDocumentTypeError(
    `The file was declared as ${said(claim)}, but has none of the marks of one: it is damaged, encrypted, or of another type. Open it in the program that made it, save it again, and send the result.`,
  );
}

function said({ format, words }: Claim): string {
  return `${format === undefined ? "" : naming[format].title} (${words})`;
}

function unsupported(found: string, claim: Claim): UnsupportedDocumentTypeError {
  const declared =
    claim.format === undefined
      ? ""
      : ` (declared as ${naming[claim.format].title}, ${claim.words})`;
  return new UnsupportedDocumentTypeError(
    `The file is ${found}${declared}, which is not read. Save it as one of: ${supported()}.`,
  );
}

function supported(): string {
  return contentTypes.join(", ");
}
