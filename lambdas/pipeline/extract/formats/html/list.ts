import { all, attribute, children, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { append, type Block, type ListItem } from "../../document/blocks.ts";
import { type Node, runsOf } from "./runs.ts";

type Growing = Omit<ListItem, "blocks"> & { blocks: Block[] };

/** Reads what an item or a cell holds; passed in, because lists and tables hold each other. */
export type BlocksOf = (element: Element) => Block[];

export function listBlock(list: Element, blocksOf: BlocksOf): Block[] {
  const ordered = list.name === "ol";
  const isReversed = ordered && attribute(list, "reversed") !== undefined;
  const first = isReversed ? children(list, "li").length : 1;
  let number = numberOf(attribute(list, "start"), first);
  const items: Growing[] = [];
  let stray: Node[] = [];
  /** A list straight within a list, or text beside the items, belongs to the item before it. */
  const flush = () => {
    const blocks = runsOf(stray).flatMap(blocksOf);
    stray = [];
    const last = items.at(-1);
    if (last !== undefined) append(last.blocks, blocks);
    else if (blocks.length > 0) items.push({ blocks });
  };
  for (const child of list.children) {
    if (typeof child === "string" || child.name !== "li") {
      stray.push(child);
      continue;
    }
    flush();
    number = numberOf(attribute(child, "value"), number);
    items.push({
      blocks: blocksOf(child),
      number: ordered ? number : undefined,
      checked: checkedOf(child),
    });
    number += isReversed ? -1 : 1;
  }
  flush();
  return [{ kind: "list", ordered, items }];
}

/** The state of a checkbox that the item begins with. */
function checkedOf(item: Element): boolean | undefined {
  const first = [...all({ ...item, children: item.children.slice(0, 3) }, "input")][0];
  if (attribute(first, "type") !== "checkbox") return undefined;
  return attribute(first, "checked") !== undefined;
}
