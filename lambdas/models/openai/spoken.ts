import * as z from "zod";

const object = z.record(z.string(), z.unknown());

/**
 * A string, an object that was parsed already, or a list of parts of which those with text count: what
 * is said, and then what was thought on the way to it, which may hold drafts.
 */
export function spoken(content: unknown): (string | Readonly<Record<string, unknown>>)[] {
  if (typeof content === "string") return [content];
  if (Array.isArray(content)) return [said(content, false), said(content, true)];
  const parsed = object.safeParse(content);
  return parsed.success ? [parsed.data] : [];
}

function said(parts: readonly unknown[], thoughts: boolean): string {
  return parts
    .filter((part) => isThought(part) === thoughts)
    .map(partText)
    .join("");
}

/** Of type `thinking` (Mistral), `reasoning` or `reasoning.text` (OpenRouter), or with `thought` (Gemini). */
function isThought(part: unknown): boolean {
  const { type, thought } = object.safeParse(part).data ?? {};
  return thought === true || (typeof type === "string" && /^(?:thinking|reasoning)\b/.test(type));
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  const { text } = object.safeParse(part).data ?? {};
  if (typeof text === "string") return text;
  const { value } = object.safeParse(text).data ?? {};
  return typeof value === "string" ? value : "";
}
