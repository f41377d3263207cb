/** What went wrong, as a source's problem says it: name and message of the error, at most so many characters. */
export function whyOf(error: unknown, most: number): string {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return why.slice(0, most);
}
