import { describe, expect, test } from "vitest";
import { pathOf } from "../../../../lambdas/pipeline/chunk/path.ts";
import { contextOf, embeddingInput } from "../../../../lambdas/records/jobs/chunk.ts";

describe("the path of a chunk", () => {
  test.each([
    ["title and headings", "Handbook", ["Power", "Batteries"], "Handbook > Power > Batteries"],
    [
      "the title once, where the document begins with it",
      "Power",
      ["Power", "Cells"],
      "Power > Cells",
    ],
    ["headings alone", undefined, ["Power"], "Power"],
    ["one line", "Two\n  lines", ["  Power\t"], "Two lines > Power"],
    ["nothing", undefined, [], undefined],
    ["nothing of blanks", "  ", [""], undefined],
  ])("is %s", (_, title, headings, expected) => {
    expect(pathOf(title, headings)).toBe(expected);
  });

  test("keeps title and nearest heading where it is too long", () => {
    const between = Array.from({ length: 9 }, (_, i) => `${i}`.repeat(60));
    const path = pathOf("Handbook", [...between, "Batteries"]) ?? "";
    expect(path.startsWith("Handbook > ")).toBe(true);
    expect(path.endsWith(" > Batteries")).toBe(true);
    expect(path.length).toBeLessThanOrEqual(300);
    expect(pathOf("x".repeat(999), ["y"])).toHaveLength(300);
  });

  test("stands before the text for the embedding, and apart from it for the index", () => {
    const chunk = { path: "Handbook > Power", text: "Turn it off." };
    expect(embeddingInput(chunk)).toBe("Handbook > Power\n\nTurn it off.");
    expect(embeddingInput(chunk)).toBe(contextOf(chunk) + chunk.text);
    expect(embeddingInput({ text: "Turn it off." })).toBe("Turn it off.");
  });
});
