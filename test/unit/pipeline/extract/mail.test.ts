import { describe, expect, test } from "vitest";
import {
  DocumentOverBoundsError,
  EncryptedDocumentError,
  UnknownEncodingError,
  UnsupportedDocumentTypeError,
} from "../../../../lambdas/pipeline/extract/errors.ts";
import { read } from "./making/read.ts";

describe("a mail", () => {
  const head =
    "From: Ann <ann@example.com>\r\nTo: Bob <bob@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Mon, 1 Dec 2025 10:00:00 +0000\r\nMIME-Version: 1.0\r\n";

  test("says who wrote what to whom and when", async () => {
    const { markdown, title } = await read(
      `${head}Content-Type: text/plain\r\n\r\nHello\r\nBob\r\n`,
      "a.eml",
    );
    expect(title).toBe("Grüße");
    expect(markdown).toMatch(/^# Grüße\n\nFrom: Ann \(ann@example\.com\) {2}\nTo: Bob/u);
    expect(markdown).toMatch(/Hello {2}\nBob\n$/u);
  });

  test("hands its attachments over as documents, with their names and bytes", async () => {
    const parts = [
      "Content-Type: text/html\r\n\r\n<ul><li>item</ul>",
      'Content-Type: text/csv; name="t.csv"\r\nContent-Disposition: attachment; filename="t.csv"\r\nContent-Transfer-Encoding: base64\r\n\r\nYSxiCg==',
      `Content-Type: message/rfc822\r\n\r\n${head}\r\nforwarded`,
    ];
    const mail = `${head}Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n${parts.join("\r\n--B\r\n")}\r\n--B--\r\n`;
    const { markdown, attachments = [] } = await read(mail, "a.eml");
    expect(markdown).toContain("- item");
    expect(attachments.map(({ contentType }) => contentType)).toEqual([
      "text/csv",
      "message/rfc822",
    ]);
    expect(attachments[0]?.filename).toBe("t.csv");
    expect(Buffer.from(attachments[0]?.bytes ?? []).toString()).toBe("a,b\n");
  });
});

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const mime = "From: a@example.com\r\nTo: b@example.com\r\nSubject: s\r\nMIME-Version: 1.0\r\n";
const multipart = (kind: string, parts: readonly string[], boundary = "B") =>
  `Content-Type: multipart/${kind}; boundary=${boundary}\r\n\r\n--${boundary}\r\n${parts.join(`\r\n--${boundary}\r\n`)}\r\n--${boundary}--\r\n`;
const page = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>words</p>";
const related = (type: string, id: string, disposition = "") =>
  `Content-Type: ${type}; name="${id}"\r\nContent-ID: <${id}>\r\n${disposition}Content-Transfer-Encoding: base64\r\n\r\nYSxiCg==`;

describe("an attachment", () => {
  test.each([
    ["no disposition", ""],
    ["the disposition inline", "Content-Disposition: inline\r\n"],
  ])("that is related to the text and has %s is kept, unless it is a picture", async (_, how) => {
    const parts = [
      page,
      related("application/pdf", "a.pdf", how),
      related("image/png", "b.png", how),
    ];
    const { attachments = [] } = await read(mime + multipart("related", parts), "a.eml");
    expect(attachments.map(({ filename }) => filename)).toEqual(["a.pdf"]);
  });

  test("counts against the bound only if it is no picture of the text", async () => {
    const of = (type: string, count: number) =>
      mime +
      multipart("related", [
        page,
        ...Array.from({ length: count }, (_, index) => related(type, `${index}`)),
      ]);
    const { markdown, attachments } = await read(of("image/gif", 400), "a.eml");
    expect(markdown).toContain("words");
    expect(attachments).toEqual([]);
    expect((await read(of("text/csv", 300), "a.eml")).attachments).toHaveLength(300);
    await expect(read(of("text/csv", 301), "a.eml")).rejects.toThrow(DocumentOverBoundsError);
  });
});

describe("a page without words", () => {
  const blank = 'Content-Type: text/html\r\n\r\n<table><tr><td><img src="cid:a"></td></tr></table>';
  const plain = "Content-Type: text/plain\r\n\r\nThe whole text";

  test("gives way to the text beside it, and is no attachment", async () => {
    const { markdown, attachments } = await read(
      mime + multipart("alternative", [plain, blank]),
      "a.eml",
    );
    expect(markdown).toContain("The whole text");
    expect(attachments).toEqual([]);
  });

  test("gives way also where another page follows, such as the foot of a mailing list", async () => {
    const parts = [multipart("alternative", [plain, blank], "C"), page];
    const { markdown } = await read(mime + multipart("mixed", parts), "a.eml");
    expect(markdown).toMatch(/The whole text[^]*words/u);
  });
});

describe("letters beyond ASCII", () => {
  const french = "Le café est fermé à cause de la grève, l'été dernier déjà.";

  test.each([
    ["without a content type", ""],
    ["without a charset", "Content-Type: text/plain\r\n"],
    ["under the wrong charset", "Content-Type: text/plain; charset=utf-8\r\n"],
    ["under a charset that says nothing", "Content-Type: text/plain; charset=unknown-8bit\r\n"],
    ["in a page without a charset", "Content-Type: text/html\r\n"],
  ])("are read %s", async (_, type) => {
    const { markdown } = await read(latin1(`${mime}${type}\r\n${french}\r\n`), "a.eml");
    expect(markdown).toContain(french);
  });

  test("are read in quoted-printable, by the page's own charset and in UTF-8 under another", async () => {
    const quoted = `${mime}Content-Transfer-Encoding: quoted-printable\r\n\r\nun caf=E9 et du th=E9, d=E9j=E0\r\n`;
    expect((await read(quoted, "a.eml")).markdown).toContain("un café et du thé, déjà");
    const russian = Buffer.concat([
      Buffer.from(`${mime}Content-Type: text/html\r\n\r\n<meta charset=windows-1251><p>`),
      Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
    ]);
    expect((await read(russian, "a.eml")).markdown).toContain("Привет");
    const mislabelled = `${mime}Content-Type: text/plain; charset=us-ascii\r\n\r\n${french}\r\n`;
    expect((await read(mislabelled, "a.eml")).markdown).toContain(french);
    const japanese = Buffer.concat([
      Buffer.from(`${mime}Content-Type: text/plain; charset=cp932\r\n\r\n`),
      Buffer.from([0x83, 0x65, 0x83, 0x58, 0x83, 0x67]),
    ]);
    expect((await read(japanese, "a.eml")).markdown).toContain("テスト");
  });

  test("are read in the subject and in the names of files, and change nothing in the bytes of files", async () => {
    const named = multipart("mixed", [
      "Content-Type: text/plain; charset=iso-8859-1\r\n\r\nWörter\r\n\r\n--\r\nTel: Büro\r\n",
      'Content-Type: text/csv; name="Größe.csv"\r\nContent-Disposition: attachment; filename="Größe.csv"\r\n\r\nä,ö',
    ]);
    const raw = latin1(mime.replace("Subject: s", "Subject: Schöne Grüße") + named);
    const { title, markdown, attachments } = await read(raw, "a.eml");
    expect(title).toBe("Schöne Grüße");
    expect(markdown).toMatch(/Wörter[^]*Büro/u);
    expect(attachments?.[0]?.filename).toBe("Größe.csv");
    expect(
      Buffer.from(attachments?.[0]?.bytes ?? [])
        .toString("latin1")
        .trim(),
    ).toBe("ä,ö");
  });

  test("in an encoding that is uncertain are refused rather than replaced", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${mime}\r\n`),
      Buffer.from([0x81, 0x20, 0xff, 0x20, 0x98]),
    ]);
    await expect(read(bytes, "a.eml")).rejects.toThrow(UnknownEncodingError);
  });
});

describe("a mail that hides others or its text", () => {
  const mail = (words: string) => `From a@x.org Mon Jan  1 00:00:00 2024\n${mime}\n${words}\n\n`;

  test("is refused if it is a mailbox, of which only the first mail would be read", async () => {
    const mailbox = mail("From here on") + mail("two");
    await expect(read(mailbox, "a.eml")).rejects.toThrow(UnsupportedDocumentTypeError);
    await expect(read(mailbox, "a.mbox")).rejects.toThrow(/mailbox of several mails/u);
    const { markdown } = await read(mail("one\n\nFrom here on\nall: is text"), "a.eml");
    expect(markdown).toContain("is text");
  });

  test.each([
    "Content-Type: multipart/encrypted; boundary=B\r\n\r\n--B\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--B--\r\n",
    "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n",
    "\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n",
  ])("is refused if its text is encrypted", async (body) => {
    await expect(read(mime + body, "a.eml")).rejects.toThrow(EncryptedDocumentError);
  });
});
