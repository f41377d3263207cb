import { describe, expect, test } from "vitest";
import { markdownOf } from "./making/read.ts";

const page = (body: string) => markdownOf(`<html><body><p>${body}</body></html>`, "a.html");
const math = async (content: string) => (await page(`<math>${content}</math>`)).trim();

describe("a formula in MathML", () => {
  test("keeps fractions, powers and roots apart, as formulas of Word do", async () => {
    const half = "<mfrac><mn>1</mn><mn>2</mn></mfrac>";
    const square = "<msup><mi>x</mi><mn>2</mn></msup>";
    const body = `It is <math><mrow>${half}<mo>+</mo>${square}<mo>+</mo><msqrt><mn>3</mn></msqrt></mrow></math>.`;
    expect(await page(body)).toBe("It is $\\frac{1}{2}+x^{2}+\\sqrt{3}$.\n");
  });

  test.each([
    ["<msub><mi>a</mi><mi>i</mi></msub>", "a_{i}"],
    ["<msubsup><mi>a</mi><mi>i</mi><mn>2</mn></msubsup>", "a_{i}^{2}"],
    ["<mroot><mi>x</mi><mn>3</mn></mroot>", "\\sqrt[3]{x}"],
    [
      "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
      "\\sum_{i=1}^{n}i",
    ],
    [
      "<munder><mo>lim</mo><mrow><mi>x</mi><mo>→</mo><mi>∞</mi></mrow></munder><mi>y</mi>",
      "\\lim_{x \\rightarrow \\infty}y",
    ],
    ["<mover><mi>v</mi><mo>→</mo></mover>", "\\vec{v}"],
    ["<mover><mi>x</mi><mo>¯</mo></mover>", "\\overline{x}"],
    ["<msup><mrow><mo>(</mo><mi>a</mi><mo>)</mo></mrow><mn>2</mn></msup>", "(a)^{2}"],
    ["<msup><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></msup>", "{ab}^{2}"],
    ["<msup><mi>f</mi><mo>′</mo></msup><mfenced><mi>x</mi></mfenced>", "f'\\left(x\\right)"],
    ["<mfenced open='[' close='}'><mi>a</mi><mi>b</mi></mfenced>", "\\left[a,b\\right\\}"],
    ["<mi>sin</mi><mo>&#x2061;</mo><mi>α</mi>", "\\sin \\alpha"],
    [
      "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable>",
      "\\begin{matrix}1 & 0 \\\\ 0 & 1\\end{matrix}",
    ],
    ["<mi>x</mi><mspace width='1em'/><mtext>if  dry</mtext>", "x \\text{if dry}"],
    [
      "<mmultiscripts><mi>C</mi><none/><none/><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>",
      "{}_{6}^{14}C",
    ],
    ["<mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac>", "\\genfrac{}{}{0pt}{}{n}{k}"],
    ["<munknown><mi>a</mi><mo>≤</mo><mi>b</mi></munknown>", "a \\leq b"],
    ["<semantics><mi>a</mi><annotation-xml><ci>wrong</ci></annotation-xml></semantics>", "a"],
    [
      "<semantics><mi>a</mi><annotation encoding='application/x-tex'>\\alpha</annotation></semantics>",
      "\\alpha",
    ],
  ])("%s is %s", async (content, latex) => {
    expect(await math(content)).toBe(`$${latex}$`);
  });

  test("is read in pages of Wikipedia, which show a picture of it", async () => {
    const body =
      'Energy is <span class="mwe-math-element"><span class="mwe-math-mathml-inline mwe-math-mathml-a11y" style="display: none;">' +
      '<math><semantics><mi>E</mi><annotation encoding="application/x-tex">{\\displaystyle E=mc^{2}}</annotation></semantics></math>' +
      '</span><img src="e.svg" aria-hidden="true" alt="E"></span>.';
    expect(await page(body)).toBe("Energy is ${\\displaystyle E=mc^{2}}$.\n");
  });

  test("may have a prefix, as in books", async () => {
    const body =
      '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mfrac><m:mn>1</m:mn><m:mn>2</m:mn></m:mfrac></m:math>';
    expect(await page(body)).toBe("$\\frac{1}{2}$\n");
  });
});
