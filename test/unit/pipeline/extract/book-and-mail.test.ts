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
