import { attribute, children, textOf } from "../../archive/walk.ts";
import { type Element, local } from "../../archive/xml.ts";
import { functions, operators, symbols } from "./signs.ts";

/** LaTeX of a formula in MathML: its author's own, or made from what it shows. */
export function latexOfMathml(math: Element): string {
  return annotation(math) ?? row(math.children);
}

function annotation(element: Element): string | undefined {
  for (const child of children(element)) {
    const isTex =
      local(child.name) === "annotation" && /tex/iu.test(attribute(child, "encoding") ?? "");
    const found = isTex ? textOf(child).trim() : annotation(child);
    if (found !== undefined && found !== "") return found;
  }
  return undefined;
}

function row(nodes: readonly (Element | string)[]): string {
  return nodes
    .map((node) => (typeof node === "string" ? token(node.trim()) : piece(node)))
    .join("")
    .replaceAll(/\s{2,}/gu, " ")
    .trim();
}

function piece(element: Element): string {
  const parts = children(element);
  const part = (index: number) => row(parts.slice(index, index + 1));
  switch (local(element.name)) {
    case "mi":
      return identifier(shownText(element));
    case "mo":
      return operator(shownText(element));
    case "mn":
    case "ms":
      return token(shownText(element));
    case "mtext":
      return words(element);
    case "mspace":
      return " ";
    case "mfrac":
      return /^0(?:\D|$)/u.test(attribute(element, "linethickness") ?? "")
        ? `\\genfrac{}{}{0pt}{}{${part(0)}}{${part(1)}}`
        : `\\frac{${part(0)}}{${part(1)}}`;
    case "msqrt":
      return `\\sqrt{${row(element.children)}}`;
    case "mroot":
      return part(1) === "" ? `\\sqrt{${part(0)}}` : `\\sqrt[${part(1)}]{${part(0)}}`;
    case "msup":
      return base(parts[0]) + raised(part(1));
    case "msub":
      return base(parts[0]) + lowered(part(1));
    case "msubsup":
    case "munderover":
      return base(parts[0]) + lowered(part(1)) + raised(part(2));
    case "mover":
      return marked(parts, marksAbove) ?? base(parts[0]) + raised(part(1));
    case "munder":
      return marked(parts, marksBelow) ?? base(parts[0]) + lowered(part(1));
    case "mmultiscripts":
      return manyScripts(parts);
    case "mfenced":
      return fenced(element, parts);
    case "mtable":
      return `\\begin{matrix}${parts.map(tableRow).join(" \\\\ ")}\\end{matrix}`;
    case "menclose":
      return /radical/u.test(attribute(element, "notation") ?? "")
        ? `\\sqrt{${row(element.children)}}`
        : row(element.children);
    case "annotation":
    case "annotation-xml":
    case "mphantom":
    case "none":
      return "";
    default:
      return row(element.children);
  }
}

function shownText(element: Element): string {
  // Signs that are only there to be read aloud: applied to, times, and, plus.
  return textOf(element)
    .replaceAll(/[\u2061-\u2064]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

function token(text: string): string {
  return symbols(text.replaceAll(/[{}%#&$_]/gu, String.raw`\$&`));
}

function identifier(name: string): string {
  return functions.has(name) ? ` \\${name} ` : token(name);
}

function operator(sign: string): string {
  const name = operators[sign];
  if (name !== undefined) return ` ${name} `;
  return functions.has(sign) ? ` \\${sign} ` : token(sign);
}

function words(element: Element): string {
  const text = textOf(element).replaceAll(/\s+/gu, " ");
  return text.trim() === "" ? " " : `\\text{${text.replaceAll(/[{}%#&$_]/gu, String.raw`\$&`)}}`;
}

/** What stands at the foot of a power: more than one sign of it needs braces. */
function base(element: Element | undefined): string {
  if (element === undefined) return "{}";
  const latex = row([element]);
  if (latex === "") return "{}";
  const inner = single(element);
  const isOne = children(inner).length < 2 || /^(?:\(.*\)|\|.*\||\[.*\]|\\left)/u.test(latex);
  const holdsScript = /^(?:msup|msub|msubsup|munder|mover|munderover|mfrac)$/u.test(
    local(inner.name),
  );
  return isOne && !holdsScript ? latex : `{${latex}}`;
}

/** The element within those that only hold it. */
function single(element: Element): Element {
  const [only, ...more] = children(element);
  const isHolder = /^(?:mrow|mstyle|mpadded|semantics)$/u.test(local(element.name));
  return isHolder && only !== undefined && more.length === 0 ? single(only) : element;
}

function raised(latex: string): string {
  if (/^[′']+$/u.test(latex)) return "'".repeat(latex.length);
  return latex === "" ? "" : `^{${latex}}`;
}

function lowered(latex: string): string {
  return latex === "" ? "" : `_{${latex}}`;
}

/** A letter under a mark, such as a vector or a mean. */
function marked(
  [letter, mark]: readonly Element[],
  marks: Readonly<Record<string, string>>,
): string | undefined {
  const name = mark === undefined ? undefined : marks[shownText(mark)];
  return name === undefined || letter === undefined ? undefined : `${name}{${row([letter])}}`;
}

function manyScripts([first, ...scripts]: readonly Element[]): string {
  const before = scripts.findIndex((script) => local(script.name) === "mprescripts");
  const pairs = (list: readonly Element[]) =>
    list
      .map((script, index) => (index % 2 === 0 ? lowered(row([script])) : raised(row([script]))))
      .join("");
  if (before === -1) return base(first) + pairs(scripts);
  const prefix = pairs(scripts.slice(before + 1));
  return `${prefix === "" ? "" : `{}${prefix}`}${base(first)}${pairs(scripts.slice(0, before))}`;
}

function fenced(element: Element, parts: readonly Element[]): string {
  const separators = Array.from((attribute(element, "separators") ?? ",").replaceAll(/\s/gu, ""));
  const inner = parts.map((one, index) => {
    const separator = separators[Math.min(index, separators.length) - 1] ?? "";
    return (index === 0 ? "" : token(separator)) + row([one]);
  });
  const sign = (value: string) => (value.trim() === "" ? "." : token(value.trim()).trim());
  const open = sign(attribute(element, "open") ?? "(");
  return `\\left${open}${inner.join("")}\\right${sign(attribute(element, "close") ?? ")")}`;
}

function tableRow(element: Element): string {
  const cells = children(element);
  // The first cell of a labelled row is the number of the equation.
  const shown = local(element.name) === "mlabeledtr" ? cells.slice(1) : cells;
  return shown.map((cell) => row(cell.children)).join(" & ");
}

const marksAbove: Readonly<Record<string, string>> = {
  "^": "\\hat",
  ˆ: "\\hat",
  "\u0302": "\\hat",
  "~": "\\tilde",
  "˜": "\\tilde",
  "\u0303": "\\tilde",
  "¯": "\\overline",
  "‾": "\\overline",
  "―": "\\overline",
  "\u0304": "\\overline",
  "\u0305": "\\overline",
  _: "\\overline",
  "˙": "\\dot",
  ".": "\\dot",
  "\u0307": "\\dot",
  "¨": "\\ddot",
  "\u0308": "\\ddot",
  "→": "\\vec",
  "⃗": "\\vec",
  ˇ: "\\check",
  "⏞": "\\overbrace",
};

const marksBelow: Readonly<Record<string, string>> = {
  _: "\\underline",
  "‾": "\\underline",
  "¯": "\\underline",
  "\u0332": "\\underline",
  "⏟": "\\underbrace",
};
