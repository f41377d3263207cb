import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type MarkdownElement,
  type MarkdownNode,
  parseMarkdown,
} from "../../../../console/logic/reading/markdown.ts";

const elements = (nodes: readonly MarkdownNode[]): MarkdownElement[] =>
  nodes.flatMap((node) => (typeof node === "string" ? [] : [node, ...elements(node.children)]));
const textOf = (nodes: readonly MarkdownNode[]): string =>
  nodes.map((node) => (typeof node === "string" ? node : textOf(node.children))).join("");
const tagsOf = (text: string) => elements(parseMarkdown(text)).map(({ tag }) => tag);

test("headings, lists, tables, code and emphasis become elements", () => {
  expect(tagsOf("# Title\n\nA *b* **c** `d`")).toEqual(["h1", "p", "em", "strong", "code"]);
  expect(tagsOf("- a\n- b")).toEqual(["ul", "li", "li"]);
  expect(tagsOf("|a|\n|-|\n|b|")).toEqual(["table", "thead", "tr", "th", "tbody", "tr", "td"]);
  expect(tagsOf("```\nx\n```")).toEqual(["pre", "code"]);
  expect(elements(parseMarkdown("3. x"))[0]).toMatchObject({ tag: "ol", start: 3 });
});

test("HTML stays text", () => {
  const hostile = `<script>alert(1)</script> <img src=x onerror="alert(2)">`;
  expect(tagsOf(hostile)).toEqual(["p"]);
  expect(textOf(parseMarkdown(hostile))).toBe(hostile);
});

test("a link is followed only over http, https and mail", () => {
  const links = (text: string) =>
    elements(parseMarkdown(text))
      .filter(({ tag }) => tag === "a")
      .map(({ href }) => href);
  expect(links("[a](https://example.org) [b](mailto:a@example.org)")).toEqual([
    "https://example.org",
    "mailto:a@example.org",
  ]);
  for (const target of ["javascript:alert(1)", "data:text/html,x", "#/jobs/1", "//evil.example"]) {
    expect(links(`[a](${target})`)).toEqual([]);
  }
});

test("an image is never loaded; its description is shown", () => {
  expect(tagsOf("![a map](https://tracker.example/pixel.png)")).toEqual(["p", "em"]);
  expect(textOf(parseMarkdown("![a map](https://tracker.example/pixel.png)"))).toBe("a map");
});

test("whatever a document says, only known elements and safe links come of it", () => {
  const known = new Set(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code hr br em strong s a table thead tbody tr th td".split(
      " ",
    ),
  );
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "<a href='javascript:x'>",
      "](javascript:x)",
      "[x]",
      "![",
      "|",
      "\n",
      "# ",
      "> ",
    ),
    fc.constantFrom("<iframe srcdoc=x>", "```", "- ", "1. ", "**", "[a]: javascript:x\n", "&#106;"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      for (const { tag, href = "https:" } of elements(parseMarkdown(pieces.join("")))) {
        expect(known.has(tag)).toBe(true);
        expect(href).toMatch(/^(?:https?:|mailto:)/i);
      }
    }),
  );
});
