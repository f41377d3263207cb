import type { OfficePackage } from "../../archive/package.ts";
import { attribute, children, find } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { type Bullets, ownBullet } from "../drawing/text.ts";

export interface Placeholder {
  readonly type: string;
  readonly index: string;
}

/** What a shape is a placeholder for; nothing for a shape of its own. */
export function placeholderOf(shape: Element): Placeholder | undefined {
  const properties = children(shape).find(({ name }) => /^nv\w+Pr$/u.test(name));
  const placeholder = find(properties, "nvPr", "ph");
  if (placeholder === undefined) return undefined;
  return {
    type: attribute(placeholder, "type") ?? "obj",
    index: attribute(placeholder, "idx") ?? "",
  };
}

/** The layout and the master that a slide takes its looks from. */
export class Looks {
  readonly #layout: Element | undefined;
  readonly #master: Element | undefined;

  constructor(layout: Element | undefined, master: Element | undefined) {
    this.#layout = layout;
    this.#master = master;
  }

  static async of(office: OfficePackage, slide: string): Promise<Looks> {
    const follow = async (part: string | undefined, type: string) =>
      part === undefined
        ? undefined
        : (await office.relations(part)).find((relation) => relation.type === type)?.target;
    const layout = await follow(slide, "slideLayout");
    const master = await follow(layout, "slideMaster");
    return new Looks(await office.optional(layout), await office.optional(master));
  }

  /** Bullets of a shape by its own list style, its layout's placeholder, and the master. */
  bulletsOf(shape: Element): Bullets {
    const placeholder = placeholderOf(shape);
    const shapes = [
      shape,
      this.#same(this.#layout, placeholder),
      this.#same(this.#master, placeholder),
    ];
    const styles = shapes.map((one) => find(one, "txBody", "lstStyle"));
    const isBody = placeholder !== undefined && ["body", "obj"].includes(placeholder.type);
    styles.push(find(this.#master, "txStyles", isBody ? "bodyStyle" : "otherStyle"));
    return (level) => {
      for (const style of styles) {
        const bullet = ownBullet(find(style, `lvl${level + 1}pPr`));
        if (bullet !== undefined) return bullet === "none" ? undefined : bullet;
      }
      return undefined;
    };
  }

  #same(part: Element | undefined, placeholder: Placeholder | undefined): Element | undefined {
    if (placeholder === undefined) return undefined;
    const shapes = children(find(part, "cSld", "spTree"), "sp");
    const byIndex = shapes.find((shape) => {
      const other = placeholderOf(shape);
      return other !== undefined && placeholder.index !== "" && other.index === placeholder.index;
    });
    const type = placeholder.type === "obj" ? "body" : placeholder.type;
    return byIndex ?? shapes.find((shape) => placeholderOf(shape)?.type === type);
  }
}
