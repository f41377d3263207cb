import type { OfficePackage } from "../../archive/package.ts";
import type { Relation } from "../../archive/relations.ts";
import { all, attribute, children, find, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { append, type Block } from "../../document/blocks.ts";
import { commentOf } from "../sheet/comment.ts";
import { unescaped } from "./text.ts";

/** Comments of a sheet with who wrote them, and when where that is kept. */
export async function commentBlocks(
  office: OfficePackage,
  relations: readonly Relation[],
  people: ReadonlyMap<string, string>,
): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const { type, target } of relations) {
    if (type === "comments") append(blocks, notes(await office.optional(target)));
    if (type === "threadedComment") append(blocks, threads(await office.optional(target), people));
  }
  return blocks;
}

/** Names of the writers of threaded comments by their ids. */
export async function peopleOf(office: OfficePackage): Promise<ReadonlyMap<string, string>> {
  const people = new Map<string, string>();
  for (const { type, target } of await office.relations(office.main)) {
    if (type !== "person") continue;
    for (const person of children(await office.optional(target), "person")) {
      people.set(attribute(person, "id") ?? "", attribute(person, "displayName") ?? "");
    }
  }
  return people;
}

function notes(root: Element | undefined): Block[] {
  const authors = children(find(root, "authors"), "author").map((one) => unescaped(textOf(one)));
  return children(find(root, "commentList"), "comment").flatMap((comment) => {
    const author = authors[Number(attribute(comment, "authorId") ?? 0)] ?? "";
    // A threaded comment leaves a copy for older programs.
    if (author.startsWith("tc=")) return [];
    const content = [...all(find(comment, "text"), "t")].map(textOf).join("");
    return commentOf(author, undefined, unescaped(content));
  });
}

function threads(root: Element | undefined, people: ReadonlyMap<string, string>): Block[] {
  const list = children(root, "threadedComment");
  const threadOf = (comment: Element) => attribute(comment, "parentId") ?? attribute(comment, "id");
  return list.flatMap((comment, index) => {
    const author = people.get(attribute(comment, "personId") ?? "") ?? "";
    // A thread is as old as its last answer.
    const next = list[index + 1];
    const isLast = next === undefined || threadOf(next) !== threadOf(comment);
    const time = isLast ? timeOf(attribute(comment, "dT")) : undefined;
    return commentOf(author, time, textOf(find(comment, "text")));
  });
}

/** Office writes as many digits of a second as it needs; the zone is UTC. */
function timeOf(written: string | undefined): string | undefined {
  const time = Date.parse(`${written}Z`);
  return Number.isNaN(time) ? written : new Date(time).toISOString().slice(0, -1);
}
