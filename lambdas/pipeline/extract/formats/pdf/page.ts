import type { ParsedPage } from "@llamaindex/liteparse";
import type { Bounds } from "../../bounds.ts";
import { escapeText } from "../../document/inline.ts";
import { privateShown } from "../../document/symbols.ts";
import { lettersOf } from "./items.ts";
import { withStructure } from "./structure.ts";
import { withTaggedTables } from "./tagged-tables.ts";

/** The page's Markdown, or nothing when it holds no text. */
export function pageMarkdown(
  page: ParsedPage,
  bodySize: number | undefined,
  bounds: Bounds,
): string {
  if (page.text.trim() === "") return "";
  return (
    privateShown(
      withTurned(
        withStructure(withTaggedTables(page.markdown, page, bounds), page, bodySize),
        page,
      ),
    )
      // Letters joined in one sign would be no part of the word that people search for.
      .replaceAll(/[\ufb00-\ufb06]/gu, (sign) => sign.normalize("NFKC"))
      .replaceAll("\u00ad", "")
      .replaceAll(/^```text\n\s*```$/gmu, "")
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/gu, "")
      .trim()
  );
}

/** Labels of axes and columns that stand on their side, which the layout leaves out, at the page's end. */
function withTurned(markdown: string, { textItems }: ParsedPage): string {
  const turned = textItems.filter(
    ({ text, rotation = 0 }) => Math.round(rotation / 90) % 2 === 1 && lettersOf(text).length > 2,
  );
  if (turned.length === 0) return markdown;
  const known = lettersOf(markdown);
  const lost = turned.filter(({ text }) => !known.includes(lettersOf(text)));
  return [markdown, ...lost.map(({ text }) => escapeText(text.trim()))].join("\n\n");
}

/** Whether more went as running heads than stayed: that is rather the page's content. */
export function isStripped(page: ParsedPage): boolean {
  const all = wordCount(page.text);
  // A number of the page alone is no content.
  return all > 1 && wordCount(page.markdown) < all / 2;
}

function wordCount(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}

/** More of such signs than this are no accents of old typesetting programs. */
const maxLostShare = 0.1;

/**
 * Fonts that do not say which letters they draw leave signs without meaning:
 * blanks, for one, come out as accents that stand alone.
 */
export function hasTextLost(page: ParsedPage): boolean {
  const letters = page.text.replaceAll(/\s/gu, "");
  // oxlint-disable-next-line no-control-regex
  const lost = letters.match(/[\ufffd\ue000-\uf8ff\u0000-\u001f\u02c2-\u02df]/gu)?.length ?? 0;
  return lost > letters.length * maxLostShare;
}

/** Share of a page that something has to cover to be more than a number and a line at its edge. */
const minCover = 0.01;
const minCoverBesideText = 0.25;
/** A scan with a stamp or a page number on it has no more text than this. */
const maxStampLength = 100;

/** Whether a page shows what cannot be read: it has no text, or next to none on a picture of a page. */
export function isUnreadable(page: ParsedPage, written: string): boolean {
  if (hasTextLost(page)) return true;
  if (page.complexity?.fullPageImage === true) return page.text.trim().length < maxStampLength;
  if (written !== "") return false;
  const bounds = page.contentBounds;
  const cover =
    bounds === undefined ? 0 : (bounds.width * bounds.height) / (page.width * page.height);
  return cover > (page.text.trim() === "" ? minCover : minCoverBesideText);
}
