import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { snippetOf } from "../../../../lambdas/http/search/snippet.ts";

const filler = "Nothing of interest is said in this sentence, nor in the next. ".repeat(20);
const marked = (passage: string, query: string) => {
  const { text, marks } = snippetOf(passage, query);
  return marks.map(({ start, end }) => text.slice(start, end));
};

describe("a snippet", () => {
  test("shows the answer wherever it stands in the passage, in its middle", () => {
    const passage = `${filler}The heron's nest was found beside the lock. ${filler}`;
    const { text, start } = snippetOf(passage, "where was the heron's nest found");
    expect(text).toContain("The heron's nest was found");
    expect(passage.slice(start, start + text.length)).toBe(text);
    expect(text.indexOf("heron")).toBeGreaterThan(60);
    expect(text.indexOf("lock")).toBeLessThan(240);
    expect(passage[start - 1]).toBe(" ");
  });

  test("of a long passage for a query as long as may be takes no time worth mentioning", () => {
    const words = (of: string) => Array.from({ length: 1_200 }, (_, i) => `${of}${i}word`);
    const query = words("q").join(" ").slice(0, 8_000);
    const passage = words("p").join(" ");
    const cpu = process.cpuUsage();
    for (let i = 0; i < 100; i++) snippetOf(`${passage} ${i}`, query);
    const { user } = process.cpuUsage(cpu);
    // It took 3 s.
    expect(user / 1_000_000).toBeLessThan(1);
  });

  test("prefers many different words, and long ones, to one that is often there", () => {
    const often = "in the the the the the the the the the of the. ";
    const passage = `${often}${filler}Insulated batteries in the cellar. ${filler}`;
    expect(marked(passage, "the insulated batteries")).toContain("batteries");
  });

  test.each([
    ["other case and accents", "A café in Zürich.", "CAFE zurich", ["café", "Zürich"]],
    ["another form", "Two batteries.", "battery", ["batteries"]],
    ["no other short word", "A carp, a cart.", "car", []],
    ["parts of an identifier", "set read_consistency_interval", "consistency", ["consistency"]],
    ["words without blanks", "東京都の天気は晴れです。", "天気", ["天気"]],
  ])("marks %s", (_, passage, query, expected) => {
    expect(marked(passage, query)).toEqual(expected);
  });

  test("is the beginning where no word occurs, and all of a short passage", () => {
    expect(snippetOf(filler, "zebra")).toMatchObject({ start: 0, marks: [] });
    expect(snippetOf("Short.", "zebra")).toEqual({ text: "Short.", start: 0, marks: [] });
  });

  describe("of a text with headings", () => {
    const report = [
      "# Outage of the ferry\n",
      "## What happened\n",
      "At 06:12 the engine stopped. The crew dropped the anchor.\n",
      "Causes\n======\n",
      "A filter was clogged.\n",
      "```sh\n# drain the tank\ndrain --tank 2\n```\n",
      "---\n",
      "## What we do now\n",
      "## Next week\n",
      `The crew checks each filter. ${filler}`,
    ].join("\n");
    const shown = (query: string) => snippetOf(report, query, true).text;

    test.each([
      ["06:12 engine", "At 06:12 the engine stopped. The crew dropped the anchor."],
      ["what happened to the ferry", "At 06:12 the engine stopped. The crew dropped the anchor."],
      ["what caused the clogged filter", "A filter was clogged.\n\n```sh\n# drain the tank"],
      ["drain tank", "A filter was clogged.\n\n```sh\n# drain the tank"],
      ["week", "The crew checks each filter."],
      ["zebra", "At 06:12 the engine stopped. The crew dropped the anchor."],
    ])("%s: begins with text, holds no heading, and stands under the best one", (query, begins) => {
      expect(shown(query)).toMatch(new RegExp(`^${begins.replaceAll(".", "\\.")}`));
      expect(shown(query)).not.toMatch(/^(?:#{1,6} (?!drain)|Causes|=|-{3})/m);
    });

    test("that are all that it has shows them", () => {
      expect(snippetOf("# Only this\n## And this\n", "zebra", true).text).toBe(
        "# Only this\n## And this\n",
      );
    });
  });

  test("is a part of the passage, with marks inside, whatever the texts", () => {
    const words = fc.array(
      fc.constantFrom(
        "fox",
        "\n# Fox\n",
        "\n===\n",
        "\n```\n",
        "Füchse",
        "東京",
        "😀",
        "a_b",
        "\n",
        "\ud800",
        "x".repeat(400),
      ),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(words, words, fc.boolean(), (passage, query, hasHeadings) => {
        const whole = passage.join(" ");
        const { text, start, marks } = snippetOf(whole, query.join(" "), hasHeadings);
        expect(text.length).toBeLessThanOrEqual(324);
        expect(whole.slice(start, start + text.length).toWellFormed()).toBe(text);
        for (const mark of marks) {
          expect(mark.start).toBeLessThan(mark.end);
          expect(mark.end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
