import * as z from "zod";

const object = z.record(z.string(), z.unknown());

/** A string, a list of parts of which those with text count, or an object that was parsed already. */
export function spoken(content: unknown): (string | Readonly<Record<string, unknown>>)[] {
  if (typeof content === "string") return [content];
  if (Array.isArray(content)) return [content.map(partText).join("")];
  const parsed = object.safeParse(content);
  return parsed.success ? [parsed.data] : [];
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  const { text } = object.safeParse(part).data ?? {};
  return typeof text === "string" ? text : "";
}
