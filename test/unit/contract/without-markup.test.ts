import { expect, test } from "vitest";
import { withoutMarkup } from "../../../lambdas/contract/without-markup.ts";

test("a passage loses headings, fences, borders, bullets and bold, and keeps its words, lines and numbers", () => {
  const passage = `## Masonry

The **piers** of issue #12 stand on rock.

- granite
1. Dredge the bed.

\`\`\`sh
open --gate 3
\`\`\`

| Pier | Depth |
|------|-------|
| A | 3 m |

| Gate | Year |
| - | :-: |
| - | 1934 |`;
  const shown = withoutMarkup(passage)
    .split("\n")
    .filter((line) => line !== "");
  expect(shown).toEqual([
    "Masonry",
    "The piers of issue #12 stand on rock.",
    "granite",
    "1. Dredge the bed.",
    "open --gate 3",
    "Pier | Depth",
    "A | 3 m",
    "Gate | Year",
    "- | 1934",
  ]);
});
