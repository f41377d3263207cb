/** A search by an attribute of the document, as people type it: `year=2026`. */
import type { SearchRequest } from "../api.ts";

type Attributes = NonNullable<SearchRequest["filter"]["attributes"]>;

/**
 * Types matter to the API: 2026 is not "2026". A person cannot know how the attribute was sent, so
 * both are asked for.
 * @returns undefined if the text is no `name=value`
 */
export function attributeFilter(text: string): Attributes | undefined {
  const [, name = "", value = ""] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  const typed = value.trim();
  if (name.trim() === "" || typed === "") return undefined;
  return { [name.trim()]: { in: [typed, ...otherTypes(typed)] } };
}

function otherTypes(value: string): (number | boolean)[] {
  if (value === "true" || value === "false") return [value === "true"];
  return Number.isFinite(Number(value)) ? [Number(value)] : [];
}
