import { posix } from "node:path";
import type { Bounds } from "../bounds.ts";
import { attribute, children } from "./walk.ts";
import { parseXml } from "./xml.ts";
import type { Archive } from "./zip.ts";

export interface Relation {
  readonly id: string;
  /** The last word of its type: `slide`, `chart`, `hyperlink`. */
  readonly type: string;
  /** A part's name in the archive, or an address outside of it. */
  readonly target: string;
  readonly isExternal: boolean;
}

/** The parts that a part of an Office document refers to; none when it has no list. */
export async function relationsOf(
  archive: Archive,
  part: string,
  bounds: Bounds,
): Promise<readonly Relation[]> {
  const folder = posix.dirname(part);
  const list = posix.join(folder, "_rels", `${posix.basename(part)}.rels`);
  if (!archive.has(list)) return [];
  const root = parseXml(await archive.bytes(list), bounds);
  return children(root, "Relationship").map((relation) => {
    const target = attribute(relation, "Target") ?? "";
    const isExternal = attribute(relation, "TargetMode") === "External";
    return {
      id: attribute(relation, "Id") ?? "",
      type: (attribute(relation, "Type") ?? "").split("/").at(-1) ?? "",
      target: isExternal || target.startsWith("#") ? target : inArchive(folder, target),
      isExternal,
    };
  });
}

function inArchive(folder: string, target: string): string {
  const path = target.startsWith("/") ? target.slice(1) : posix.join(folder, target);
  return posix.normalize(path);
}
