import type { Inline } from "./blocks.ts";

const signs: Readonly<Record<string, string>> = {
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
  "+": "⁺",
  "-": "⁻",
  "−": "⁻",
  "–": "⁻",
};

/** Raised digits behind a digit stay apart from it: 10⁶ cells are not 106, nor is 2019¹ a year. */
export function withPowers(content: readonly Inline[]): readonly Inline[] {
  let isAfterDigit = false;
  return content.map((inline) => {
    if (inline.kind !== "text") {
      isAfterDigit = false;
      return inline;
    }
    const isPower = inline.raised === true && isAfterDigit && /^\s*[-+−–]?\d/u.test(inline.text);
    if (inline.text !== "") isAfterDigit = /\d$/u.test(inline.text);
    return { ...inline, raised: false, text: isPower ? power(inline.text) : inline.text };
  });
}

function power(text: string): string {
  const raised = Array.from(text.trim(), (char) => signs[char]);
  return raised.includes(undefined) ? `^${text.trim()}` : raised.join("");
}
