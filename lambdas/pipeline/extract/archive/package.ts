import type { Bounds } from "../bounds.ts";
import { DamagedDocumentError } from "../errors.ts";
import { type Relation, relationsOf } from "./relations.ts";
import { find, textOf } from "./walk.ts";
import { type Element, parseXml } from "./xml.ts";
import { Archive } from "./zip.ts";

/** An Office Open XML package: parts that refer to each other. */
export class OfficePackage {
  readonly bounds: Bounds;
  /** Name of the part that the package begins with. */
  readonly main: string;
  readonly archive: Archive;

  private constructor(archive: Archive, main: string, bounds: Bounds) {
    this.archive = archive;
    this.main = main;
    this.bounds = bounds;
  }

  static async open(bytes: Uint8Array, bounds: Bounds): Promise<OfficePackage> {
    const archive = await Archive.open(bytes, bounds);
    const relations = await relationsOf(archive, "", bounds);
    const main = relations.find(({ type }) => type === "officeDocument")?.target;
    if (main === undefined || !archive.has(main)) {
      throw new DamagedDocumentError(
        "The document lacks its main part. Save it again in the program that made it.",
      );
    }
    return new OfficePackage(archive, main, bounds);
  }

  async xml(part: string): Promise<Element> {
    return parseXml(await this.archive.bytes(part), this.bounds);
  }

  /** A part that may be missing, as an office program reads on without it. */
  async optional(part: string | undefined): Promise<Element | undefined> {
    return part !== undefined && this.archive.has(part) ? this.xml(part) : undefined;
  }

  relations(part: string): Promise<readonly Relation[]> {
    return relationsOf(this.archive, part, this.bounds);
  }

  /** What the document's properties call it. */
  async title(): Promise<string | undefined> {
    const title = textOf(find(await this.optional("docProps/core.xml"), "title")).trim();
    return title === "" ? undefined : title;
  }
}
