/** What a tool answers: text of a bounded size, or an error that a model can act on. */

/** Characters of one answer, some 6,000 tokens, so that a model's context is not flooded. */
export const maxAnswerLength = 24_000;

export interface ToolAnswer {
  readonly content: { type: "text"; text: string }[];
  readonly isError?: boolean;
  readonly [key: string]: unknown;
}

/**
 * Joins the parts that fit. The first part is always there.
 * @param rest what to say after them, given how many are there
 * @param separator between the parts
 */
export function bounded(
  parts: readonly string[],
  rest: (shown: number) => string,
  separator = "\n\n",
): string {
  const shown: string[] = [];
  let length = 0;
  for (const part of parts) {
    length += part.length + separator.length;
    if (shown.length > 0 && length > maxAnswerLength) break;
    shown.push(part);
  }
  return [...shown, rest(shown.length)].filter((part) => part !== "").join(separator);
}

/** The beginning of a text, never half of a character. */
export function beginning(text: string, length: number): string {
  const isWithinPair = /[\uD800-\uDBFF]/u.test(text.charAt(length - 1));
  return text.slice(0, isWithinPair ? length - 1 : length);
}

/** A text of one line that may be long, such as a title. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${beginning(text, length - 1)}…`;
}

/** Runs a tool. An error of the API is an answer for the model, not the end of the server. */
export async function answer(work: () => Promise<string>): Promise<ToolAnswer> {
  try {
    return { content: [{ type: "text", text: await work() }] };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { content: [{ type: "text", text: error.message }], isError: true };
  }
}
