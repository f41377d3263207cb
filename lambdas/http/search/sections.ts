/** The parts of a passage of Markdown that stand between its headings. */

/** UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Text without a heading, without blanks at its ends. */
export interface Section extends Span {
  /** The headings just before it; empty at the beginning of a passage without one. */
  readonly heading: Span;
}

export const wholeOf = (passage: string): Section => ({
  start: 0,
  end: passage.length,
  heading: { start: 0, end: 0 },
});

const fence = /^ {0,3}(?:```|~~~)/;
const heading = /^ {0,3}#{1,6}(?:[ \t]|$)/;
/** Under a line of text it makes a heading of it; a line of its own says nothing either. */
const underline = /^ {0,3}(?:=+|-{3,}|\*{3,})[ \t]*$/;

/** In order; all of a passage that consists of headings. */
export function sectionsOf(passage: string): readonly Section[] {
  const sections: Section[] = [];
  let above: Span = { start: 0, end: 0 };
  let [start, offset, lineBefore, isCode] = [0, 0, 0, false];
  const close = (end: number): boolean => {
    const section = trimmed(passage, start, end);
    if (section.start >= section.end) return false;
    sections.push({ ...section, heading: above });
    return true;
  };
  for (const line of passage.split(/(?<=\n)/)) {
    if (fence.test(line)) isCode = !isCode;
    const isUnderline = !isCode && underline.test(line.trimEnd());
    if (isUnderline || (!isCode && heading.test(line))) {
      const from = isUnderline ? Math.max(start, lineBefore) : offset;
      const end = offset + line.length;
      // Headings that follow each other are one, with the path to what stands under them.
      const begins = close(from) || above.end === 0;
      above = { start: begins ? from : above.start, end };
      start = end;
    }
    lineBefore = offset;
    offset += line.length;
  }
  close(passage.length);
  return sections.length === 0 ? [wholeOf(passage)] : sections;
}

function trimmed(passage: string, start: number, end: number): Span {
  const text = passage.slice(start, end);
  return {
    start: start + (text.length - text.trimStart().length),
    end: start + text.trimEnd().length,
  };
}
