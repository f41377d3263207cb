/** Fonts that draw other signs than the letters that are stored: `m` in the font Symbol is shown as μ. */
export type SymbolFont = "greek" | "wingdings" | "wingdings2" | "pictures";

export function symbolFontOf(name: string | undefined): SymbolFont | undefined {
  const bare = (name ?? "").trim().toLowerCase();
  if (/^symbol(?:mt|ps| mt)?$/u.test(bare)) return "greek";
  if (bare === "wingdings") return "wingdings";
  if (bare === "wingdings 2") return "wingdings2";
  return /^(?:wingdings 3|webdings|marlett|mt extra|zapf ?dingbats)$/u.test(bare)
    ? "pictures"
    : undefined;
}

/** The Symbol font's signs in the order of their codes (Adobe's Symbol encoding). */
const greek = new Map(
  [
    [0x20, " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"],
    [0x60, "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"],
    [0xa0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"],
    [0xe0, "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"],
    [0xf1, "⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"],
  ].flatMap(([first, signs]) =>
    Array.from(String(signs), (sign, index) => [Number(first) + index, sign] as const),
  ),
);

/** Of the fonts of pictures, the signs that say something in a text. */
const known: Readonly<Record<SymbolFont, ReadonlyMap<number, string>>> = {
  greek,
  wingdings: new Map([
    [0x4a, "☺"],
    [0x4c, "☹"],
    [0x6f, "☐"],
    [0xa8, "☐"],
    [0xb7, "•"],
    [0xdf, "←"],
    [0xe0, "→"],
    [0xe8, "→"],
    [0xf0, "→"],
    [0xfb, "✗"],
    [0xfc, "✓"],
    [0xfd, "☒"],
    [0xfe, "☑"],
  ]),
  wingdings2: new Map([
    [0x4f, "✗"],
    [0x50, "✓"],
    [0x51, "☒"],
    [0x52, "☑"],
    [0xa3, "☐"],
  ]),
  pictures: new Map(),
};

/**
 * What a text in such a font shows. Programs store its codes as they are, or beyond U+F000, where
 * Unicode leaves room for private use. A picture that says nothing is left out.
 */
export function shownInFont(text: string, font: SymbolFont): string {
  return Array.from(text, (char) => {
    if (/\s/u.test(char)) return char;
    const code = char.codePointAt(0) ?? 0;
    const byte = code >= 0xf000 && code <= 0xf0ff ? code - 0xf000 : code;
    return byte > 0xff ? char : (known[font].get(byte) ?? "");
  }).join("");
}

/** As {@link shownInFont}, where only codes for private use are in the font. */
export function privateShownInFont(text: string, font: SymbolFont): string {
  return text.replaceAll(/[\uf000-\uf0ff]/gu, (char) => shownInFont(char, font));
}

/** Codes that Wingdings draws as bullets and ticks. */
const bullets = new Set([0x6e, 0x71, 0x72, 0x76, 0xa7, 0xa8, 0xd8, 0xe0, 0xfc, 0xfe]);

/**
 * A PDF may keep the codes and lose the font. Nearly all are of Symbol; those that Wingdings draws
 * as bullets and ticks are such where they stand alone.
 */
export function privateShown(text: string): string {
  return text.replaceAll(/[\uf000-\uf0ff]/gu, (sign, offset: number) => {
    const isAlone = !/\S/u.test(text.charAt(offset - 1) + text.charAt(offset + 1));
    if (!isAlone || !bullets.has(sign.charCodeAt(0) - 0xf000)) return shownInFont(sign, "greek");
    return shownInFont(sign, "wingdings") || "•";
  });
}
