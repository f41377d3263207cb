/** What a tool answers: text of a bounded size, or an error that a model can act on. */

/** Characters of one answer, some 6,000 tokens, so that a model's context is not flooded. */
export const maxAnswerLength = 24_000;

/** Characters of one passage or chunk. */
const maxPartLength = 4_000;

export interface ToolAnswer {
  readonly content: { type: "text"; text: string }[];
  readonly isError?: boolean;
  readonly [key: string]: unknown;
}

/**
 * Joins the parts that fit. The first part is always there, because none is longer than an answer.
 * @param rest what to say if parts are left out, given how many are there
 */
export function bounded(parts: readonly string[], rest: (shown: number) => string): string {
  const shown: string[] = [];
  let length = 0;
  for (const part of parts) {
    const next = cut(part);
    if (length + next.length > maxAnswerLength) break;
    length += next.length;
    shown.push(next);
  }
  return [...shown, rest(shown.length)].filter((part) => part !== "").join("\n\n");
}

function cut(text: string): string {
  if (text.length <= maxPartLength) return text;
  return `${text.slice(0, maxPartLength)}… (${text.length - maxPartLength} more characters)`;
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
