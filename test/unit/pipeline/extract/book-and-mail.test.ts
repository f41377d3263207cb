import { describe, expect, test } from "vitest";
import { EncryptedDocumentError } from "../../../../lambdas/pipeline/extract/errors.ts";
import { epub } from "./making/open-document.ts";
import { read } from "./making/read.ts";

describe("a book", () => {
  test("has its chapters in order, marked by their names, without its table of contents", async () => {
    const file = await epub([
      "<html><body><h1>One</h1><p>a</p></body></html>",
      "<html><body><h1>Two</h1></body></html>",
    ]);
    const { markdown, marks, title } = await read(file);
    expect(markdown).toBe("# One\n\na\n\n# Two\n");
    expect(marks).toEqual([
      { offset: 0, chapter: "One" },
      { offset: markdown.indexOf("# Two"), chapter: "Two" },
    ]);
    expect(title).toBe("A Book");
  });

  test("under rights management is refused; one with obscured fonts is not", async () => {
    const encryption = (uri: string) => ({
      "META-INF/encryption.xml": `<encryption><EncryptedData><CipherData><CipherReference URI="${uri}"/></CipherData></EncryptedData></encryption>`,
    });
    const chapter = "<html><body><p>text</p></body></html>";
    await expect(read(await epub([chapter], encryption("OEBPS/c0.xhtml")))).rejects.toThrow(
      EncryptedDocumentError,
    );
    expect((await read(await epub([chapter], encryption("font.otf")))).markdown).toBe("text\n");
  });
});

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
