/** Ways through a tree of XML. */
import type { Element } from "./xml.ts";

export function children(element: Element | undefined, name?: string): Element[] {
  return (element?.children ?? []).filter(
    (child): child is Element =>
      typeof child !== "string" && (name === undefined || child.name === name),
  );
}

/** The element at the end of a path of first children. */
export function find(element: Element | undefined, ...path: string[]): Element | undefined {
  let found = element;
  for (const name of path) found = children(found, name)[0];
  return found;
}

/** All of a name, however deep. */
export function* all(element: Element | undefined, name: string): Generator<Element> {
  for (const child of children(element)) {
    if (child.name === name) yield child;
    yield* all(child, name);
  }
}

/** An attribute, whatever its prefix; one without a prefix goes before. */
export function attribute(element: Element | undefined, name: string): string | undefined {
  if (element === undefined) return undefined;
  const exact = element.attributes[name];
  if (exact !== undefined) return exact;
  const key = Object.keys(element.attributes).find((key) => key.endsWith(`:${name}`));
  return key === undefined ? undefined : element.attributes[key];
}

/** An attribute in a namespace, which only a prefix tells from its namesake. */
export function prefixed(element: Element | undefined, name: string): string | undefined {
  const key = Object.keys(element?.attributes ?? {}).find((key) => key.endsWith(`:${name}`));
  return key === undefined ? undefined : element?.attributes[key];
}

/** `val` of a child that says yes or no: there without a value means yes. */
export function isOn(element: Element | undefined): boolean {
  if (element === undefined) return false;
  return !/^(?:0|false|off|none)$/iu.test(attribute(element, "val") ?? "1");
}

export function textOf(element: Element | undefined): string {
  return (element?.children ?? [])
    .map((child) => (typeof child === "string" ? child : textOf(child)))
    .join("");
}

export function numberOf(value: string | undefined, otherwise: number): number {
  const number = Number(value);
  return value === undefined || !Number.isFinite(number) ? otherwise : number;
}
