import { describe, expect, test } from "vitest";
import { docx, p, r } from "./making/office.ts";
import { markdownOf, read } from "./making/read.ts";

const style = (id: string) => `<w:pStyle w:val="${id}"/>`;
const item = (level: number, list = 1) =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`;
const level = (index: number, format: string, text: string) =>
  `<w:lvl w:ilvl="${index}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
const numbering = [
  `<w:abstractNum w:abstractNumId="0">${level(0, "decimal", "%1.")}${level(1, "bullet", "-")}</w:abstractNum>`,
  `<w:abstractNum w:abstractNumId="1">${level(0, "decimal", "%1.")}${level(1, "decimal", "%1.%2")}</w:abstractNum>`,
  '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
  '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>',
].join("");
const cell = (content: string, properties = "") =>
  `<w:tc><w:tcPr>${properties}</w:tcPr>${content}</w:tc>`;

describe("a Word document", () => {
  test("has headings by the name of a style, or of one that it is based on", async () => {
    const body = p("Report", style("Title")) + p("First", style("H1")) + p("Mine", style("Own"));
    expect(await markdownOf(await docx(body))).toBe("# Report\n\n## First\n\n## Mine\n");
  });

  test("keeps the numbers of its lists, also when a paragraph interrupts them", async () => {
    const body = p("one", item(0)) + p("below", item(1)) + p("between") + p("two", item(0));
    expect(await markdownOf(await docx(body, { numbering }))).toBe(
      "1. one\n   - below\n\nbetween\n\n2. two\n",
    );
  });

  test("keeps numbers of several parts as they are shown", async () => {
    const body = p("Terms", item(0, 2)) + p("Price", item(1, 2));
    expect(await markdownOf(await docx(body, { numbering }))).toBe("1. Terms\n   - 1.1 Price\n");
  });

  test("has what was inserted, and not what was deleted or moved away, when changes are tracked", async () => {
    const gone = `<w:del><w:r><w:delText>bad</w:delText><w:footnoteReference w:id="9"/></w:r></w:del>`;
    const body = `<w:p>${r("It is ")}${gone}<w:moveFrom>${r("elsewhere")}</w:moveFrom><w:ins>${r("good")}</w:ins>${r(".")}</w:p>`;
    expect(await markdownOf(await docx(body))).toBe("It is good.\n");
  });

  test("has a large first letter in its word", async () => {
    const frame = (kind: string) => `<w:framePr w:dropCap="${kind}" w:lines="3"/>`;
    const letter = (kind: string, value: string) =>
      `<w:p><w:pPr>${frame(kind)}</w:pPr>${r(value, "<w:b/>")}</w:p>`;
    const body = `${letter("drop", "O")}<w:bookmarkEnd w:id="1"/>${p("nce upon a time")}${letter("margin", "T")}${p("hen")}${letter("drop", "X")}`;
    expect(await markdownOf(await docx(body))).toBe("Once upon a time\n\nThen\n\n**X**\n");
  });

  test("has one paragraph where the end of one was deleted", async () => {
    const deleted = "<w:rPr><w:del/></w:rPr>";
    const gone = `<w:p><w:pPr>${style("H1")}${deleted}</w:pPr><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>`;
    const body = `${p("The price ", deleted)}<w:bookmarkStart w:id="1"/>${gone}${p("is 5.")}${p("Head", style("H1") + deleted)}<w:p/>${p("end", deleted)}`;
    expect(await markdownOf(await docx(body))).toBe("The price is 5.\n\n# Head\n\nend\n");
  });

  test("counts an item without words, as Word does, and has lists that only name their style", async () => {
    const styled =
      `<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="Law"/></w:abstractNum>` +
      `<w:abstractNum w:abstractNumId="3"><w:styleLink w:val="Law"/>${level(0, "decimal", "§%1")}</w:abstractNum>` +
      '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>';
    const blank = `<w:p><w:pPr>${item(0)}</w:pPr></w:p>`;
    const hidden = `<w:p><w:pPr>${item(0)}<w:rPr><w:vanish/></w:rPr></w:pPr></w:p>`;
    const body = p("one", item(0)) + blank + hidden + p("three", item(0)) + p("Scope", item(0, 3));
    expect(await markdownOf(await docx(body, { numbering: numbering + styled }))).toBe(
      "1. one\n3. three\n\n- §1 Scope\n",
    );
  });

  test("has the words that are drawn as WordArt", async () => {
    const art =
      '<w:pict><v:shape xmlns:v="v"><v:textpath string="Grand opening"/></v:shape></w:pict>';
    expect(await markdownOf(await docx(`<w:p><w:r>${art}</w:r></w:p>`))).toBe("Grand opening\n");
  });

  test("leaves out hidden text", async () => {
    const body = `<w:p>${r("seen")}${r(" secret", "<w:vanish/>")}</w:p>`;
    expect(await markdownOf(await docx(body))).toBe("seen\n");
  });

  test("repeats a merged cell in each row and column that it covers", async () => {
    const rows = [
      `<w:tr>${cell(p("Year"), '<w:vMerge w:val="restart"/>')}${cell(p("Sales"), '<w:gridSpan w:val="2"/>')}</w:tr>`,
      `<w:tr>${cell("<w:p/>", "<w:vMerge/>")}${cell(p("Q1"))}${cell(p("Q2"))}</w:tr>`,
      `<w:tr>${cell("<w:p/>")}${cell("<w:p/>")}${cell("<w:p/>")}</w:tr>`,
    ];
    expect(await markdownOf(await docx(`<w:tbl>${rows.join("")}</w:tbl>`))).toBe(
      "| Year | Sales | Sales |\n| - | - | - |\n| Year | Q1 | Q2 |\n",
    );
  });

  test("has the signs that fonts of symbols draw: a dose of 10 μg is none of 10 g or 10 mg", async () => {
    const sym = (font: string, code: string) =>
      `<w:r><w:sym w:font="${font}" w:char="${code}"/></w:r>`;
    const font = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>';
    const body = `<w:p>${r("10 ")}${sym("Symbol", "F06D")}${r("g of ")}${r("\uf062", font)}${r("-carotene, ")}${r("a £ 5 ", font)}${sym("Wingdings", "F0FC")}</w:p>`;
    expect(await markdownOf(await docx(body))).toBe("10 μg of β-carotene, α ≤ 5 ✓\n");
  });

  test("keeps powers apart from the number that they stand at", async () => {
    const up = (value: string) => r(value, '<w:vertAlign w:val="superscript"/>');
    const body = `<w:p>${r("10")}${up("6")}${r(" m")}${up("2")}${r(" on the 5")}${up("th")}</w:p>`;
    expect(await markdownOf(await docx(body))).toBe("10⁶ m2 on the 5th\n");
  });

  test("has the choices and checkboxes of its forms", async () => {
    const field = (data: string) =>
      `<w:r><w:fldChar w:fldCharType="begin"><w:ffData>${data}</w:ffData></w:fldChar></w:r><w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`;
    const list = `<w:ddList><w:result w:val="1"/><w:listEntry w:val="France"/><w:listEntry w:val="Germany"/></w:ddList>`;
    const body =
      `<w:p>${r("Country: ")}${field(list)}</w:p>` +
      `<w:p>${field('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')}${r("smokes")}</w:p>` +
      `<w:p>${field('<w:checkBox><w:default w:val="0"/></w:checkBox>')}${r("drinks")}</w:p>`;
    expect(await markdownOf(await docx(body))).toBe(
      "Country: Germany\n\n- [x] smokes\n- [ ] drinks\n",
    );
  });

  test("has the words of its diagrams", async () => {
    const point = (words: string) =>
      `<dgm:pt><dgm:t><a:bodyPr/><a:p><a:r><a:t>${words}</a:t></a:r></a:p></dgm:t></dgm:pt>`;
    const data = `<dgm:dataModel xmlns:dgm="d" xmlns:a="a"><dgm:ptLst>${point("Plan")}${point("Build")}</dgm:ptLst></dgm:dataModel>`;
    const body = `<w:p><w:r><w:drawing><a:graphicData><dgm:relIds r:dm="d" r:lo="l"/></a:graphicData></w:drawing></w:r></w:p>${p("after")}`;
    const file = await docx(body.replace("<dgm:relIds", '<dgm:relIds xmlns:dgm="d"'), {
      related: [["d", "diagramData", "diagrams/data1.xml"]],
      more: { "word/diagrams/data1.xml": data },
    });
    expect(await markdownOf(file)).toBe("- Plan\n- Build\n\nafter\n");
  });

  test("keeps footnotes and links", async () => {
    const body = `<w:p>${r("See")}<w:r><w:footnoteReference w:id="2"/></w:r><w:hyperlink r:id="h">${r(" here")}</w:hyperlink></w:p>`;
    const footnotes = `<w:footnote w:id="0" w:type="separator">${p("---")}</w:footnote><w:footnote w:id="2">${p("A note")}</w:footnote>`;
    const file = await docx(body, {
      footnotes,
      related: [["h", "hyperlink", "https://example.com/a", "External"]],
    });
    expect(await markdownOf(file)).toBe("See[^2][here](https://example.com/a)\n\n[^2]: A note\n");
  });

  test("keeps the addresses of links that are fields", async () => {
    const mark = (kind: string) => `<w:r><w:fldChar w:fldCharType="${kind}"/></w:r>`;
    const told = (value: string) =>
      `<w:r><w:instrText xml:space="preserve">${value}</w:instrText></w:r>`;
    const field = (instruction: string, shown: string) =>
      mark("begin") + told(instruction) + mark("separate") + r(shown) + mark("end");
    const split =
      mark("begin") + told(" HYPER") + told('LINK "https://b.org/" \\l "two" \\o "Tip" ');
    const body = [
      `${r("See ")}${field(' HYPERLINK "https://a.org/x" ', "one")}${r(", ")}${split}${mark("separate")}${r("two")}${mark("end")}${r(".")}`,
      `<w:fldSimple w:instr="HYPERLINK https://c.org">${r("three")}</w:fldSimple>`,
      `${field('HYPERLINK \\l "_Toc1"', "four ")}${field("PAGE", "9")}${field("REF a", "five")}`,
      `${split}${mark("separate")}${r("six")}`,
      `${r("seven")}${mark("end")}`,
    ];
    expect(await markdownOf(await docx(body.map((one) => `<w:p>${one}</w:p>`).join("")))).toBe(
      "See [one](https://a.org/x), [two](https://b.org/#two).\n\n[three](https://c.org)\n\nfour 9five\n\n[six](https://b.org/#two)\n\nseven\n",
    );
  });

  test("has code in one fence, lines and blanks as they are", async () => {
    const body = p("if a:", style("Code")) + p("    b", style("Code"));
    expect(await markdownOf(await docx(body))).toBe("```\nif a:\n    b\n```\n");
  });

  test("has formulas as LaTeX", async () => {
    const math = (value: string) => `<m:r><m:t>${value}</m:t></m:r>`;
    const fraction = `<m:f><m:num>${math("a")}</m:num><m:den>${math("b")}</m:den></m:f>`;
    const power = `<m:sSup><m:e>${math("x")}</m:e><m:sup>${math("2")}</m:sup></m:sSup>`;
    expect(await markdownOf(await docx(`<w:p><m:oMath>${fraction}${power}</m:oMath></w:p>`))).toBe(
      "$\\frac{a}{b}x^{2}$\n",
    );
  });

  test("reads a text box once, though it is kept twice", async () => {
    const box = `<w:txbxContent>${p("In the box")}</w:txbxContent>`;
    const body = `<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing>${box}</w:drawing></mc:Choice><mc:Fallback><w:pict>${box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`;
    expect(await markdownOf(await docx(body))).toBe("In the box\n");
  });

  test.each(["page", "column", "textWrapping"])(
    "keeps words apart at a break of the %s",
    async (type) => {
      const wrap = `<w:r><w:br w:type="${type}"/></w:r>`;
      const body = `<w:p>${r("one")}${wrap}${r("two")}</w:p>`;
      expect(await markdownOf(await docx(body))).toBe("one  \ntwo\n");
    },
  );

  test("begins no line with a page break, so that a task after one stays a task", async () => {
    const wrap = '<w:r><w:br w:type="page"/></w:r>';
    const body = `<w:p>${wrap}${r("☐ open")}</w:p><w:p>${wrap}</w:p>${p("end")}`;
    expect(await markdownOf(await docx(body))).toBe("- [ ] open\n\nend\n");
  });

  test("reads paragraphs once that are kept twice, by the first form that has some", async () => {
    const twice = (first: string, second: string) =>
      `<mc:AlternateContent><mc:Choice>${first}</mc:Choice><mc:Fallback>${second}</mc:Fallback></mc:AlternateContent>`;
    const body = twice(p("new"), p("old")) + twice("<w:future/>", p("known"));
    expect(await markdownOf(await docx(body))).toBe("new\n\nknown\n");
    const inner = `<w:txbxContent>${p("inner")}</w:txbxContent>`;
    const outer = `<w:txbxContent>${p("outer")}<w:p><w:r><w:drawing>${inner}</w:drawing></w:r></w:p></w:txbxContent>`;
    const boxes = `<w:p><w:r><w:drawing>${twice(outer, outer)}</w:drawing></w:r></w:p>`;
    expect(await markdownOf(await docx(boxes))).toBe("outer\n\ninner\n");
  });

  test("has the files that it takes in where they stand", async () => {
    const mhtml =
      'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Location: file:///C:/a.html\r\n\r\n<p>of MHTML</p>\r\n--B--\r\n';
    const files = {
      "a.html": "<html><body><h1>Of HTML</h1><table><tr><td>a<td>b</table></body></html>",
      "b.mht": mhtml,
      "c.rtf": String.raw`{\rtf1 of RTF\par}`,
      "d.txt": "of text",
      "e.docx": await docx(p("of Word")),
    };
    const names = Object.keys(files);
    const related = names.map((name) => [name, "aFChunk", name] as const);
    const more = Object.fromEntries(
      Object.entries(files).map(([name, file]) => [`word/${name}`, file]),
    );
    const body = names.map((name) => `<w:altChunk r:id="${name}"/>`).join(p("between"));
    expect(await markdownOf(await docx(body, { related, more }))).toBe(
      "# Of HTML\n\n| a | b |\n| - | - |\n\nbetween\n\nof MHTML\n\nbetween\n\nof RTF\n\nbetween\n\nof text\n\nbetween\n\nof Word\n",
    );
  });

  test("may take in documents within documents, but not without end", async () => {
    const files = [await docx(p("deepest"))];
    for (let depth = 1; depth <= 5; depth += 1) {
      const more = { "word/x.docx": files.at(-1) ?? "" };
      files.push(
        await docx('<w:altChunk r:id="x"/>', { related: [["x", "aFChunk", "x.docx"]], more }),
      );
    }
    const [, , , , fourth = "", fifth = ""] = files;
    expect(await markdownOf(fourth)).toBe("deepest\n");
    await expect(read(fifth)).rejects.toThrow("documents within each other");
  });

  test("reads checkboxes as tasks", async () => {
    expect(await markdownOf(await docx(p("☒ done") + p("☐ open")))).toBe(
      "- [x] done\n- [ ] open\n",
    );
  });

  test("is titled by its first heading when its properties say nothing", async () => {
    expect((await read(await docx(p("Report", style("Title"))))).title).toBe("Report");
  });

  test("ends when its styles are based on each other in a circle", async () => {
    const styles =
      '<w:style w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style>';
    expect(await markdownOf(await docx(p("text", style("A")), { styles }))).toBe("text\n");
  });

  test("does not let its text be read as markup", async () => {
    expect(await markdownOf(await docx(p("# no heading") + p("1. no list") + p("a | b *c*")))).toBe(
      "\\# no heading\n\n1\\. no list\n\na | b \\*c\\*\n",
    );
  });
});
