/** What RTF is made of: groups, control words with a number, bytes and signs. */
export type Token =
  | { readonly kind: "open" }
  | { readonly kind: "close" }
  | { readonly kind: "word"; readonly name: string; readonly value: number | undefined }
  /** A byte in the code page of the text around it. */
  | { readonly kind: "byte"; readonly value: number };

/** Splits a file into tokens; binary data that it announces is left out. */
export function* tokensOf(source: string): Generator<Token> {
  let at = 0;
  while (at < source.length) {
    const char = source.charAt(at);
    if (char === "{" || char === "}") {
      yield char === "{" ? { kind: "open" } : { kind: "close" };
      at += 1;
    } else if (char === "\\") {
      const control = /\\(?:([a-z]+)(-?\d{1,10})? ?|'([0-9a-f]{2})|([\s\S]))/iuy;
      control.lastIndex = at;
      const match = control.exec(source);
      if (match === null) return;
      at = control.lastIndex;
      const [, name, digits, hex, sign] = match;
      const value = digits === undefined ? undefined : Number(digits);
      if (name === "bin") at += Math.max(0, value ?? 0);
      else if (name !== undefined) yield { kind: "word", name, value };
      else if (hex !== undefined) yield { kind: "byte", value: Number.parseInt(hex, 16) };
      else yield { kind: "word", name: sign ?? "", value: undefined };
    } else {
      if (char !== "\n" && char !== "\r") yield { kind: "byte", value: source.charCodeAt(at) };
      at += 1;
    }
  }
}
