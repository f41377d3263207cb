import { attribute, children, find, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { accents, functions, operators, symbols } from "../math/signs.ts";

/** LaTeX of a formula in Office's math markup. */
export function latexOf(element: Element | undefined): string {
  return children(element).map(piece).join("").replaceAll(/ {2,}/gu, " ").trim();
}

function piece(element: Element): string {
  const part = (name: string) => latexOf(find(element, name));
  const property = (name: string) => attribute(find(element, `${element.name}Pr`, name), "val");
  switch (element.name) {
    case "r":
      return symbols(children(element, "t").map(textOf).join(""));
    case "f":
      return property("type") === "noBar"
        ? `\\genfrac{}{}{0pt}{}{${part("num")}}{${part("den")}}`
        : `\\frac{${part("num")}}{${part("den")}}`;
    case "sSup":
      return `${part("e")}^{${part("sup")}}`;
    case "sSub":
      return `${part("e")}_{${part("sub")}}`;
    case "sSubSup":
      return `${part("e")}_{${part("sub")}}^{${part("sup")}}`;
    case "sPre":
      return `{}_{${part("sub")}}^{${part("sup")}}${part("e")}`;
    case "rad":
      return part("deg") === "" ? `\\sqrt{${part("e")}}` : `\\sqrt[${part("deg")}]{${part("e")}}`;
    case "d":
      return delimited(
        element,
        property("begChr") ?? "(",
        property("endChr") ?? ")",
        property("sepChr") ?? "|",
      );
    case "nary":
      return `${operators[property("chr") ?? "∫"] ?? property("chr")}${limits(part("sub"), part("sup"))}${part("e")}`;
    case "func":
      return functionCall(part("fName"), part("e"));
    case "limLow":
      return `${part("e")}_{${part("lim")}}`;
    case "limUpp":
      return `${part("e")}^{${part("lim")}}`;
    case "bar":
      return property("pos") === "top" ? `\\overline{${part("e")}}` : `\\underline{${part("e")}}`;
    case "acc":
      return `${accents[property("chr") ?? "\u0302"] ?? "\\hat"}{${part("e")}}`;
    case "m":
      return matrix(element);
    case "eqArr":
      return children(element, "e").map(latexOf).join(" \\\\ ");
    case "del":
      return "";
    default:
      return element.name.endsWith("Pr") ? "" : latexOf(element);
  }
}

function delimited(element: Element, open: string, close: string, separator: string): string {
  const inner = children(element, "e").map(latexOf).join(separator);
  const sign = (value: string) =>
    value === "" ? "." : value.replaceAll(/[{}]/gu, String.raw`\$&`);
  return `\\left${sign(open)}${inner}\\right${sign(close)}`;
}

function limits(below: string, above: string): string {
  return (below === "" ? "" : `_{${below}}`) + (above === "" ? "" : `^{${above}}`);
}

function functionCall(name: string, argument: string): string {
  const bare = /^(\w+)(.*)$/su.exec(name.trim());
  const known = bare !== null && functions.has(bare[1] ?? "");
  return `${known ? "\\" : ""}${name.trim()}(${argument})`;
}

function matrix(element: Element): string {
  const rows = children(element, "mr").map((row) => children(row, "e").map(latexOf).join(" & "));
  return `\\begin{matrix}${rows.join(" \\\\ ")}\\end{matrix}`;
}
