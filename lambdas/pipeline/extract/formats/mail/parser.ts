import PostalMime, { type PostalMimeOptions } from "postal-mime";
import { UnknownEncodingError } from "../../errors.ts";
import { encodingNamed } from "../../text/charset.ts";
import { decodeText } from "../../text/decode.ts";
import { decodeHtml } from "../html/html.ts";
import { headersInUtf8 } from "./headers.ts";

/** A part of the mail that holds no further parts, with its content as bytes. */
interface Part {
  content: ArrayBuffer | null;
  readonly contentType: {
    readonly parsed: { readonly value: string; readonly params: Record<string, string> };
  };
  readonly contentDisposition: { readonly parsed: { readonly value: string } };
}

/**
 * The parser takes text without a charset for UTF-8, and any HTML for the better form of a text.
 * This one decides by what the bytes are. It replaces a method that the parser's types leave out;
 * the tests of mails fail if a new version of the parser no longer calls it.
 */
export class MailParser extends PostalMime {
  readonly #showsText: (html: string) => boolean;

  /** @param showsText whether a page shows words; one that does not gives way to the text beside it */
  constructor(options: PostalMimeOptions, showsText: (html: string) => boolean) {
    super(options);
    this.#showsText = showsText;
  }

  override parse(bytes: Uint8Array): ReturnType<PostalMime["parse"]> {
    return super.parse(headersInUtf8(bytes));
  }

  /** Called for each part before it is decoded. @throws UnknownEncodingError */
  isInlineTextNode(part: Part): boolean {
    const { value: type } = part.contentType.parsed;
    const isCalendar = type === "text/calendar" || type === "application/ics";
    const isText = type === "text/plain" || type === "text/html";
    const isBody = isText && part.contentDisposition.parsed.value !== "attachment";
    if (!isBody && !isCalendar) return false;
    const text = inUtf8(part, type === "text/html" ? decodeHtml : decodeText);
    const isBlankPage = type === "text/html" && !this.#showsText(text ?? "");
    // Without content it is no attachment either.
    if (isBlankPage && isBody) part.content = null;
    return isBody && !isBlankPage;
  }
}

/** Rewrites a part's text in UTF-8. Leaves it alone if only the parser knows its charset's name. */
function inUtf8(
  part: Part,
  decode: (bytes: Uint8Array, charset?: string) => string,
): string | undefined {
  const { params } = part.contentType.parsed;
  const bytes = new Uint8Array(part.content ?? []);
  const charset = params["charset"];
  try {
    const text = decode(bytes, charset);
    part.content = new TextEncoder().encode(text).buffer;
    params["charset"] = "utf-8";
    return text;
  } catch (error) {
    const isAlias = charset !== undefined && charset !== "" && encodingNamed(charset) === undefined;
    if (error instanceof UnknownEncodingError && isAlias) return undefined;
    throw error;
  }
}
