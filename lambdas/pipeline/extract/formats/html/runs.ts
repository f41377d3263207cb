import type { Element } from "../../archive/xml.ts";

export type Node = Element | string;

/**
 * Nodes that stand where their parent should have only elements of its own kind, such as text
 * straight within a list: those that follow each other together, so that a sentence stays one.
 */
export function runsOf(nodes: readonly Node[]): Element[] {
  const isBlank = nodes.every((node) => typeof node === "string" && node.trim() === "");
  return isBlank ? [] : [{ name: "div", attributes: {}, children: [...nodes] }];
}
