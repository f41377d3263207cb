import type { ParsedPage } from "@llamaindex/liteparse";

export type Angle = 90 | 180 | 270;

/** More of a page's letters than this stand on their side, or on their head. */
const minShare = 0.6;

/** By how much most of a page's text is turned; undefined for pages that can be read as they are. */
export function angleOf({ textItems }: ParsedPage): Angle | undefined {
  const letters = new Map<number, number>();
  let all = 0;
  for (const { text, rotation = 0 } of textItems) {
    const angle = (Math.round(rotation / 90) * 90) % 360;
    letters.set(angle, (letters.get(angle) ?? 0) + text.length);
    all += text.length;
  }
  return ([90, 180, 270] as const).find((angle) => (letters.get(angle) ?? 0) > all * minShare);
}
