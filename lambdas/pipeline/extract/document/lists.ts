import { append, type Block, type ListItem } from "./blocks.ts";

/** An item of a list as formats keep it that have no lists: a paragraph with a level. */
export interface ListLine {
  readonly kind: "line";
  /** From 0. */
  readonly level: number;
  /** Number of the item, for a numbered list. */
  readonly number?: number | undefined;
  readonly checked?: boolean | undefined;
  readonly blocks: readonly Block[];
}

type Growing = { blocks: Block[] } & Omit<ListItem, "blocks">;

/** Makes nested lists of neighbouring lines, and joins neighbouring code. */
export function nestLists(sequence: Iterable<Block | ListLine>): Block[] {
  const result: Block[] = [];
  let lines: ListLine[] = [];
  const flush = () => {
    if (lines.length > 0) append(result, listsOf(lines));
    lines = [];
  };
  for (const one of sequence) {
    if (one.kind === "line") {
      lines.push(one);
      continue;
    }
    flush();
    const last = result.at(-1);
    if (one.kind === "code" && last?.kind === "code") {
      result[result.length - 1] = { ...last, text: `${last.text}\n${one.text}` };
    } else result.push(one);
  }
  flush();
  return result;
}

function listsOf(lines: readonly ListLine[]): Block[] {
  const top: Block[] = [];
  /** The item that a line of each level would stand in, from the top down. */
  const open: { level: number; item: Growing }[] = [];
  for (const { level, number, checked, blocks } of lines) {
    while (open.length > 0 && (open.at(-1)?.level ?? 0) >= level) open.pop();
    const siblings = open.at(-1)?.item.blocks ?? top;
    const item: Growing = { number, checked, blocks: [...blocks] };
    const list = siblings.at(-1);
    const isOrdered = number !== undefined;
    // The items are this function's own until it returns.
    if (list?.kind === "list" && list.ordered === isOrdered) (list.items as Growing[]).push(item);
    else siblings.push({ kind: "list", ordered: isOrdered, items: [item] });
    open.push({ level, item });
  }
  return top;
}

const checkbox = /^\s*([☐☑☒✓✔])\s*/u;

/** Whether a text begins with a checkbox, and the text behind it. */
export function checkboxOf(value: string): { checked: boolean; length: number } | undefined {
  const match = checkbox.exec(value);
  return match === null ? undefined : { checked: match[1] !== "☐", length: match[0].length };
}
