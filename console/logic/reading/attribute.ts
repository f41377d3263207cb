/** A search by an attribute or an own field, as people type it: `year=2026`. */
import type { OneOf } from "../api.ts";

/**
 * Types matter to the API: 2026 is not "2026". A person cannot know how the value was sent, so both
 * are asked for.
 * @returns undefined if the text is no `name=value`
 */
export function attributeFilter(text: string): OneOf | undefined {
  const [, name = "", value = ""] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  const typed = value.trim();
  if (name.trim() === "" || typed === "") return undefined;
  return { [name.trim()]: { in: [typed, ...otherTypes(typed)] } };
}

function otherTypes(value: string): (number | boolean)[] {
  if (value === "true" || value === "false") return [value === "true"];
  return Number.isFinite(Number(value)) ? [Number(value)] : [];
}
