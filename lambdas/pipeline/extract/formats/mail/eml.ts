import type { Address, Email, Attachment as MailAttachment } from "postal-mime";
import { hold } from "../../bounds.ts";
import { append, type Block, heading, text } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import { EncryptedDocumentError, UnsupportedDocumentTypeError } from "../../errors.ts";
import type { Attachment, ReadContext, Reading, Source } from "../../extraction.ts";
import { bodyBlocks, parseMail } from "./body.ts";

/** Reads a mail: who wrote what to whom and when; its attachments become documents of their own. */
export async function readEml({ bytes }: Source, { bounds }: ReadContext): Promise<Reading> {
  refuseMailbox(bytes);
  const mail = await parseMail(bytes, bounds);
  refuseEncrypted(mail);
  const files = mail.attachments.filter((one) => !isPictureOfText(one));
  hold(files.length, bounds.maxAttachments, "attachments");
  const subject = mail.subject?.trim();
  const blocks: Block[] = [];
  if (subject !== undefined && subject !== "") blocks.push(heading(1, subject));
  const lines = [
    ["From", addresses(mail.from === undefined ? [] : [mail.from])],
    ["To", addresses(mail.to ?? [])],
    ["Cc", addresses(mail.cc ?? [])],
    ["Date", mail.date ?? ""],
  ].filter(([, value]) => value !== "");
  if (lines.length > 0) {
    const content = lines.flatMap(([name, value], index) => [
      ...(index === 0 ? [] : [{ kind: "break" } as const]),
      text(`${name}: ${value}`),
    ]);
    blocks.push({ kind: "paragraph", content });
  }
  append(blocks, bodyBlocks(mail, bounds));
  const attachments: Attachment[] = files.map((attachment, index) => ({
    filename: attachment.filename ?? `attachment-${index + 1}`,
    contentType: attachment.mimeType,
    bytes: bytesOf(attachment.content),
  }));
  return { ...writeMarkdown(blocks, bounds), title: subject, attachments };
}

/** A mail that begins with the line that a mailbox has before each of its mails, and has more of them. */
function refuseMailbox(bytes: Uint8Array): void {
  const signs = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  if (!signs.startsWith("From ") || !/\n\r?\nFrom [^\n]*\d\r?\n[\w-]+:/u.test(signs)) return;
  throw new UnsupportedDocumentTypeError(
    "The file is a mailbox of several mails (mbox), which is not read. Save each mail as a file of its own (.eml) and send those.",
  );
}

/** What is left to read of such a mail is its subject. */
function refuseEncrypted({ headers, text = "" }: Email): void {
  const type = headers.find(({ key }) => key === "content-type")?.value ?? "";
  const isWrapped = /^\s*(?:multipart\/encrypted|application\/(?:x-)?pkcs7-mime)\b/iu.test(type);
  if (!isWrapped && !/^\s*-----BEGIN PGP MESSAGE-----/u.test(text)) return;
  throw new EncryptedDocumentError(
    "The text of the mail is wrapped by PGP or S/MIME, encrypted or signed. Open it in a mail program, save its text, and send that.",
  );
}

/** Pictures within the text are part of how it looks, as on a page. */
function isPictureOfText({ related, disposition, mimeType }: MailAttachment): boolean {
  return related === true && disposition !== "attachment" && mimeType.startsWith("image/");
}

function addresses(list: readonly Address[]): string {
  return list
    .flatMap((one) => one.group ?? [one])
    .map(({ name, address }) =>
      name === "" || name === undefined ? (address ?? "") : `${name} (${address ?? ""})`,
    )
    .filter((shown) => shown !== "")
    .join(", ");
}

function bytesOf(content: string | ArrayBuffer | Uint8Array): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}
