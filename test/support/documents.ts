/** Documents for tests: long enough to have chunks, different in every paragraph. */

const subjects = ["The keeper", "A lighthouse", "The harbour master", "One engineer", "The river"];
const verbs = ["measures", "records", "repairs", "watches", "describes", "forgets", "announces"];
const objects = [
  "the depth of the northern channel",
  "every ship that passes the outer mark",
  "a lamp that burned through the storm",
  "the tide tables of the coming year",
  "an unusual current near the old pier",
  "the ledger in which nothing is crossed out",
];
const endings = ["before dawn", "after the third bell", "without being asked", "in plain words"];

/** About fifteen words; equal numbers give equal sentences. */
export function sentence(number: number): string {
  const pick = (from: readonly string[], by: number) => from[by % from.length] ?? "";
  return (
    `${pick(subjects, number)} ${pick(verbs, Math.floor(number / 3))} ` +
    `${pick(objects, Math.floor(number / 2))} ${pick(endings, Math.floor(number / 7))}, and writes ${number} beside it.`
  );
}

export interface MarkdownShape {
  /** @default 50 */
  readonly sections?: number;
  /** Makes all sentences other ones. @default 0 */
  readonly seed?: number;
}

/** A section is about 60 tokens: one chunk under `max_tokens: 64` to 100. */
export function markdown({ sections = 50, seed = 0 }: MarkdownShape = {}): string {
  const parts = Array.from({ length: sections }, (_, section) => {
    const first = seed * 10_000 + section * 3;
    return `## Section ${section + 1}\n\n${[0, 1, 2].map((i) => sentence(first + i)).join(" ")}\n`;
  });
  return `# Log of the year ${seed}\n\n${parts.join("\n")}`;
}
