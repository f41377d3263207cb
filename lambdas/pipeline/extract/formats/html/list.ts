import { all, attribute, children, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { append, type Block, type ListItem } from "../../document/blocks.ts";

type Growing = Omit<ListItem, "blocks"> & { blocks: Block[] };

/** Reads what an item or a cell holds; passed in, because lists and tables hold each other. */
export type BlocksOf = (element: Element) => Block[];

export function listBlock(list: Element, blocksOf: BlocksOf): Block[] {
  const ordered = list.name === "ol";
  let number = numberOf(attribute(list, "start"), 1);
  const items: Growing[] = [];
  for (const child of children(list)) {
    if (child.name !== "li") {
      // A list straight within a list belongs to the item before it.
      const blocks = blocksOf({ name: "li", attributes: {}, children: [child] });
      const last = items.at(-1);
      if (last === undefined) items.push({ blocks });
      else append(last.blocks, blocks);
      continue;
    }
    number = numberOf(attribute(child, "value"), number);
    items.push({
      blocks: blocksOf(child),
      number: ordered ? number : undefined,
      checked: checkedOf(child),
    });
    number += 1;
  }
  return [{ kind: "list", ordered, items }];
}

/** The state of a checkbox that the item begins with. */
function checkedOf(item: Element): boolean | undefined {
  const first = [...all({ ...item, children: item.children.slice(0, 3) }, "input")][0];
  if (attribute(first, "type") !== "checkbox") return undefined;
  return attribute(first, "checked") !== undefined;
}
