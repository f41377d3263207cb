import { type Block, paragraph, text } from "./blocks.ts";

/** Paragraphs of a plain text: blank lines set them apart, and their lines stay. */
export function textBlocks(value: string): Block[] {
  return value
    .replaceAll("\r\n", "\n")
    .split(/\n{2,}/u)
    .map((part) => {
      const [first = "", ...rest] = part.split("\n");
      const content = rest.flatMap((line) => [{ kind: "break" } as const, text(line)]);
      return rest.length === 0
        ? paragraph(first)
        : { kind: "paragraph", content: [text(first), ...content] };
    });
}
