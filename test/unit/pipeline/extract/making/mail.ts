/** Mails with attachments, as mail programs write them. */

export interface MadeAttachment {
  readonly filename: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export function mailOf(
  subject: string,
  text: string,
  attachments: readonly MadeAttachment[] = [],
): string {
  const boundary = `part-${subject.length}-${attachments.length}`;
  const parts = attachments.map(({ filename, type, bytes }) => {
    // A mail within a mail is not encoded.
    const plain = type === "message/rfc822";
    return [
      `--${boundary}`,
      `Content-Type: ${type}; name="${filename}"`,
      `Content-Disposition: attachment; filename="${filename}"`,
      `Content-Transfer-Encoding: ${plain ? "8bit" : "base64"}`,
      "",
      plain
        ? Buffer.from(bytes).toString("utf8")
        : Buffer.from(bytes).toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
    ].join("\r\n");
  });
  return [
    "From: Keeper <keeper@example.org>",
    "To: Committee <committee@example.org>",
    `Subject: ${subject}`,
    "Date: Mon, 30 Nov 2026 10:00:00 +0000",
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: text/plain; charset=utf-8",
    "",
    text,
    ...parts,
    `--${boundary}--`,
    "",
  ].join("\r\n");
}
