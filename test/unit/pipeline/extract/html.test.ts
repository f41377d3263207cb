import { describe, expect, test } from "vitest";
import { markdownOf, read } from "./making/read.ts";

const page = (body: string) =>
  markdownOf(`<!doctype html><html><body>${body}</body></html>`, "a.html");

describe("a page", () => {
  test("loses scripts, styles, navigation and what is hidden", async () => {
    const body =
      "<script>alert(1)</script><style>p{}</style><nav>Home</nav><div role=navigation>Menu</div>" +
      '<p hidden>no</p><p style="color:red; display: none">no</p><p>yes</p>';
    expect(await page(body)).toBe("yes\n");
  });

  test("repeats cells that span, and counts lists as it shows them", async () => {
    const table =
      "<table><tr><th>A<th colspan=2>B<tr><td rowspan=2>x<td>1<td>2<tr><td>3<td>4</table>";
    expect(await page(`${table}<ol start=3><li>c<ul><li>below</ul><li>d</ol>`)).toBe(
      "| A | B | B |\n| - | - | - |\n| x | 1 | 2 |\n| x | 3 | 4 |\n\n3. c\n   - below\n4. d\n",
    );
  });

  test("counts a reversed list downwards", async () => {
    const items = "<li>a<ol><li>x</ol><li>b<li>c";
    expect(await page(`<ol reversed>${items}</ol>`)).toBe("3. a\n   1. x\n2. b\n1. c\n");
    expect(await page("<ol reversed start=10><li>a<li value=5>b<li>c</ol>")).toBe(
      "10. a\n5. b\n4. c\n",
    );
  });

  test("has the marks of quotations, and of dialogs only those that are open", async () => {
    const body =
      "<p>She said <q>no <b>way</b></q>.</p><dialog><p>Accept cookies?</p></dialog><dialog open>Seen</dialog>";
    expect(await page(body)).toBe("She said “no **way**”.\n\nSeen\n");
  });

  test("has code as it is written, with its language", async () => {
    expect(await page('<pre><code class="language-js">a &lt; b\n  c</code></pre>')).toBe(
      "```js\na < b\n  c\n```\n",
    );
  });

  test("keeps the lines of code apart that are blocks", async () => {
    const one = "<pre><code><div>a</div><div>  b</div><div><br></div><div>c</div></code></pre>";
    const other = "<pre>a\n<div>  b</div>\n\n<div>c\n</div></pre>";
    const third = "<pre><span>a</span><p>  b</p>\n\n<span>c</span></pre>";
    const code = "```\na\n  b\n\nc\n```\n";
    expect([await page(one), await page(other), await page(third)]).toEqual([code, code, code]);
  });

  test("keeps the words of a heading apart that stand in blocks", async () => {
    expect(
      await page(
        "<h2><div>One</div><div>two <b>and</b></div>three<p>four</p></h2><h3>fi<b>ve</b></h3>",
      ),
    ).toBe("## One two and three four\n\n### five\n");
  });

  test("follows no link to a script, and keeps other links", async () => {
    expect(
      await page('<a href="javascript:x()">one</a> <a href="https://example.com">two</a>'),
    ).toBe("one [two](https://example.com)\n");
  });

  test("loses the signs beside its headings that link to them, and keeps other links within the page", async () => {
    const body =
      '<h2>Masonry<a class="headerlink" href="#masonry" title="Link to this heading">¶</a></h2>' +
      '<h3><a class="header-anchor" href="/guide#weirs">#</a> Weirs</h3>' +
      '<p>See <a href="#weirs">Weirs</a>, <a href="#note-1">#1</a>, C<a href="#sharp">♯</a>, ' +
      '<a href="https://example.com/pilcrow">¶</a>.</p>';
    expect(await page(body)).toBe(
      "## Masonry\n\n### Weirs\n\nSee Weirs, #1, C♯, [¶](https://example.com/pilcrow).\n",
    );
  });

  test("keeps the text of elements that nest deeper than anything real", async () => {
    const depth = 20_000;
    expect(await page(`${"<div>".repeat(depth)}deep${"</div>".repeat(depth)}`)).toBe("deep\n");
  });

  test("is read as far as it goes, with more paragraphs than a call takes arguments", async () => {
    expect((await page("<div>".concat("<p>x</p>".repeat(200_000)))).length).toBe(3 * 200_000 - 1);
  });

  test.each([
    ["<title/>", "title"],
    ['<script src="x.js"/>', "script"],
    ["<style/>", "style"],
    ['<iframe src="x"/>', "iframe"],
    ['<i aria-hidden="true"/>', "icon"],
    ["<nav/>", "nav"],
    ["<table/>", "table"],
    ["<ul/>", "list"],
  ])("keeps what follows %s, which XML writes for what is empty", async (empty) => {
    expect(await page(`<p>one</p>${empty}<p>two</p>`)).toBe("one\n\ntwo\n");
  });

  test.each([
    ["<thead><th>A</th><th>B</th></thead><tbody><tr><td>1<td>2</tbody>", ""],
    ["<colgroup><col><col><tr><th>A<th>B<tr><td>1<td>2", ""],
    ["<form><tr><th>A<th>B<tr><td>1<td>2</form>", ""],
    ["<tr><form><th>A<th>B</form></tr><tr><a href=#><td>1<td>2</a></tr>", ""],
    ["<center><tbody><div><tr><th>A<th>B<tr><td>1<td>2</div></tbody></center>", ""],
    ["<th>A</th><th>B</th><tr><td>1<td>2", ""],
    ["Loose <b>text</b> here<tr><th>A<th>B<tr>more<td>1<td>2", "Loose **text** here more\n\n"],
    ["<p>Before</p><tr><th>A<th>B<tr><td>1<td>2", "Before\n\n"],
  ])("shows a table with %s", async (content, before) => {
    expect(await page(`<table>${content}</table>`)).toBe(
      `${before}| A | B |\n| - | - |\n| 1 | 2 |\n`,
    );
  });

  test("keeps the cells of a table within a table apart", async () => {
    const inner = "<table><tr><td>x<td>y</table>";
    const md = await page(
      `<table><tr><th>A<th>B<tr><td>1<td>2</tr><tr><div>${inner}</div></table>`,
    );
    expect(md).toContain("| A | B |\n| - | - |\n| 1 | 2 |");
    expect(md).toMatch(/x.*y/s);
  });

  test("keeps text between the items of a list", async () => {
    expect(await page("<ul>Intro <b>text</b><li>one</li> and on <li>two</ul>")).toBe(
      "- Intro **text**\n- one\n  and on\n- two\n",
    );
  });

  test("is decoded by the charset that it declares", async () => {
    const bytes = Buffer.from(
      '<html><meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2',
      "latin1",
    );
    expect(await markdownOf(bytes, "a.html")).toBe("Привет\n");
  });

  test("has whole words: without soft hyphens and reading aids, and with blanks around controls", async () => {
    const body =
      "<p>sluice&shy;gate <ruby>漢字<rp>(</rp><rt>kanji</rt></ruby> <select><option>one<option>two</select><button>Go</button>";
    expect(await page(body)).toBe("sluicegate 漢字 one two Go\n");
  });

  test("keeps powers apart from the number that they stand at", async () => {
    const body =
      "<p><b>10<sup>6</sup></b> cells, 10<sup>-3</sup> m<sup>2</sup>, since 2019<sup>1</sup>, 2<sup>2n</sup>, the 5<sup>th</sup>";
    expect(await page(body)).toBe("**10⁶** cells, 10⁻³ m2, since 2019¹, 2^2n, the 5th\n");
  });

  test.each([
    ['<sup><a href="#fn1">1</a></sup>', "[^1]"],
    ['<sup class="reference"><a href="#cite-2"><span>[</span>2<span>]</span></a></sup>', "[2]"],
    ['<a href="notes.xhtml#n3"><span><sup>3</sup></span></a>', "[^3]"],
    ['<sup><a href="#a">1</a>,<a href="#b">2</a></sup>', "[^1],[^2]"],
    ['<a epub:type="noteref" href="notes.xhtml">iv</a>', "[^iv]"],
    ['<a role="doc-noteref" href="#n"> note 5 </a>', "[^note-5]"],
    [' <a epub:type="noteref" href="#n">mason</a>', " mason"],
    [' <a href="#2019">2019</a>', " 2019"],
    ['<sup><a href="#th">th</a></sup>', "th"],
    ['<sup><a href="https://example.com/#1">1</a></sup>', "[1](https://example.com/#1)"],
  ])("keeps a word apart from the number of its note: %s", async (reference, shown) => {
    expect(await page(`<p>word${reference} on</p>`)).toBe(`word${shown} on\n`);
  });

  test("has a title that is no part of its text", async () => {
    const { title, markdown } = await read(
      "<html><title> A\n title</title><p>text</html>",
      "a.html",
    );
    expect({ title, markdown }).toEqual({ title: "A title", markdown: "text\n" });
  });
});
