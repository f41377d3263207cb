import { describe, expect, test } from "vitest";
import { UnknownEncodingError } from "../../../../lambdas/pipeline/extract/errors.ts";
import { decodeText } from "../../../../lambdas/pipeline/extract/text/decode.ts";

const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");
const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("text is decoded", () => {
  test("by its byte order mark, which is no part of it", () => {
    expect(decodeText(Buffer.from("\uFEFF# Title"))).toBe("# Title");
    expect(decodeText(Buffer.from("\uFEFFäö", "utf16le"))).toBe("äö");
    expect(decodeText(Buffer.from("\uFEFFäö", "utf16le").swap16())).toBe("äö");
    expect(decodeText(hex("fffe0000 41000000 00f60100"))).toBe("A😀");
  });

  test("as UTF-16 without a mark", () => {
    expect(decodeText(Buffer.from("Plain words, no mark", "utf16le"))).toBe("Plain words, no mark");
  });

  test("as UTF-8 whenever it is valid, though another charset was declared", () => {
    expect(decodeText(Buffer.from("Grüße"), "iso-8859-1")).toBe("Grüße");
  });

  test("as UTF-8 though UTF-16 was declared, whose declaration itself could not be read then", () => {
    const xml = `<?xml version="1.0" encoding="utf-16"?><a>Grüße</a>`;
    for (const text of [xml, `${xml} `]) {
      for (const charset of ["utf-16", "utf-16le", "utf-16be"]) {
        expect(decodeText(Buffer.from(text), charset)).toBe(text);
      }
    }
    expect(decodeText(Buffer.from("Grüße, 世界", "utf16le"), "utf-16le")).toBe("Grüße, 世界");
  });

  test("by the declared charset", () => {
    expect(decodeText(hex("8365 8358 8367"), "Shift_JIS")).toBe("テスト");
    expect(decodeText(hex("1b2442 2546 2539 2548 1b2842"), "iso-2022-jp")).toBe("テスト");
  });

  test.each([
    [
      "windows-1252",
      latin1("Le caf\xe9 \xe9tait ferm\xe9 \xe0 midi; d\xe9j\xe0 vu, gar\xe7on."),
      "Le café était fermé à midi; déjà vu, garçon.",
    ],
    [
      "windows-1251",
      latin1("\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0! \xdd\xf2\xee \xf2\xe5\xea\xf1\xf2."),
      "Привет, мир! Это текст.",
    ],
    [
      "GB18030",
      hex(
        "d6d0 bbaa c8cb c3f1 b9b2 bacd b9fa cac7 cac0 bde7 c9cf c8cb bfda d7ee b6e0 b5c4 b9fa bcd2",
      ),
      "中华人民共和国是世界上人口最多的国家",
    ],
    [
      "Shift-JIS",
      hex("82b1 82ea 82cd 93fa 967b 8cea 82cc 8365 834c 8358 8367 82c5 82b7"),
      "これは日本語のテキストです",
    ],
    [
      "EUC-KR",
      hex("b4eb c7d1 b9ce b1b9 c0c7 20 bcf6 b5b5 b4c2 20 bcad bfef c0d4 b4cf b4d9"),
      "대한민국의 수도는 서울입니다",
    ],
  ])("as %s by detection", (_name, bytes, text) => {
    expect(decodeText(bytes)).toBe(text);
  });

  test.each([
    "The café in Zürich serves naïve résumés.",
    "Ça va très bien, merci beaucoup à tous.",
    "La città è più bella così",
    "façade; Noël; coöperate; El Niño; Zoë's résumé",
    "Price £5 or ¥100 © 2024",
    `${"Die Straße führt über die Brücke, für Gäste. ".repeat(40)}L´été, O´Reilly, Dvo\u00f8ák`,
  ])("as Western, though it has few accents: %s", (text) => {
    expect(decodeText(latin1(text))).toBe(text);
  });

  test("as ISO-8859-15 where it has the euro", () => {
    expect(decodeText(latin1("Schöne Grüße für 5 \xa4, le c\xbdur"))).toBe(
      "Schöne Grüße für 5 €, le cœur",
    );
  });

  test.each([
    [
      "Polish",
      hex(
        "5a61bff3b3e62067eab66cb1206a61bcf12e20a3f364bc206c65bf79207720b6726f646b6f77656a20506f6c7363652c207769ea63206a65bc647a696d792074616d20637aea73746f2e",
      ),
      "Zażółć gęślą jaźń. Łódź leży w środkowej Polsce, więc jeździmy tam często.",
    ],
    [
      "Turkish",
      hex(
        "427567fc6e20686176612067fc7a656c2c20e76f63756b6c61722064fdfe6172fd6461206f796e75796f72207665207961f06d7572207961f06dfd796f72",
      ),
      "Bugün hava güzel, çocuklar dışarıda oynuyor ve yağmur yağmıyor",
    ],
  ])("as %s rather than Western", (_name, bytes, text) => {
    expect(decodeText(bytes)).toBe(text);
  });

  test("or refused, where letters of DOS would be signs within words", () => {
    const dos = latin1("El ni\xa4o comi\xa2 pi\xa4as en Espa\xa4a. \xa8D\xa2nde est\xa0?");
    expect(() => decodeText(dos)).toThrow(UnknownEncodingError);
  });

  test("with line ends of one kind and without control characters", () => {
    expect(decodeText(latin1("a\r\nb\rc\u0000\u0007d\u000be\n"))).toBe("a\nb\ncd\ne\n");
  });

  test("with the line separators that JSON and cells of tables may hold", () => {
    expect(decodeText(Buffer.from("a\u2028b\u2029c"))).toBe("a\u2028b\u2029c");
  });

  test("or refused, rather than wrong: a few Czech letters could be any of many", () => {
    expect(() => decodeText(latin1("P\xf8\xedli\x9a \x9elu\x9dou\xe8k\xfd"))).toThrow(
      UnknownEncodingError,
    );
  });

  test("or refused when it breaks the rules of its own mark", () => {
    expect(() => decodeText(Buffer.concat([hex("efbbbf"), hex("ff fe fd")]))).toThrow(/UTF-8/u);
  });
});
