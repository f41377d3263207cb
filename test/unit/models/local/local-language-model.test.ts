import { describe, expect, test } from "vitest";
import { localLanguageModel } from "../../../../lambdas/models/local/local-language-model.ts";

const model = localLanguageModel({
  identity: { provider: "local", model: "wink-compromise", recipe: "nlp-1" },
});
const call = { signal: new AbortController().signal, correlationId: "job-1" };
const describeText = async (text: string, headings: readonly string[] = []) =>
  (await model.describe({ text, headings }, call)).value;

const passage = `On 12 March 1932 **Anna Vermeer** of Rijkswaterstaat presented the plan to rebuild the sluices in Rotterdam.
The work cost $4.5 million and took 30 months. It rained. The sluices of Rotterdam were opened
by the European Commission in May 2003, and a 20% study followed in New York City.
Write to keeper@sluices.example or read https://sluices.example/plan.`;

describe("local language model", () => {
  test("names people, organisations, places, dates, amounts and addresses in English", async () => {
    const { entities } = await describeText(passage);
    const of = (type: string) => entities.filter((e) => e.type === type).map((e) => e.text);
    expect(of("person")).toContain("Anna Vermeer");
    expect(of("organisation")).toContain("European Commission");
    expect(of("place")).toEqual(expect.arrayContaining(["Rotterdam", "New York City"]));
    expect(of("date")).toEqual(expect.arrayContaining(["12 March 1932", "May 2003"]));
    expect(of("amount")).toEqual(expect.arrayContaining(["$4.5 million", "20%"]));
    expect(of("other")).toEqual(["keeper@sluices.example", "https://sluices.example/plan"]);
  });

  test("takes the title from the heading in the text, then the one above it, then the first sentence", async () => {
    const heading = `## The *great* sluice\n\n${passage}`;
    expect((await describeText(heading, ["Water", "Works"])).title).toBe("The great sluice");
    expect((await describeText(passage, ["Water", "Works"])).title).toBe("Works");
    expect((await describeText(passage)).title).toMatch(/^On 12 March 1932 Anna Vermeer .*…$/);
  });

  test("sums up in whole sentences of the text, at most two, in their order", async () => {
    const { summary } = await describeText(passage);
    expect(summary).toMatch(/^On 12 March 1932 Anna Vermeer .*Rotterdam\. .*sluices of Rotterdam/);
    expect(summary).not.toContain("It rained");
    expect(summary).not.toContain("*");
    expect(summary.length).toBeLessThanOrEqual(401);
  });

  test("puts what is repeated among the keywords, once whatever its number", async () => {
    const { keywords } = await describeText(
      "A gate is old. The gates are heavy. Two gates leak. Rain fell.",
    );
    expect(keywords[0]).toMatch(/^gates?$/);
    expect(keywords.filter((word) => word.startsWith("gate"))).toHaveLength(1);
  });

  test.each([
    [
      "de",
      "Die Schleusen wurden wieder aufgebaut, und der Wärter schreibt jeden Morgen den Wasserstand auf. Will Smith und Paris Hilton waren da.",
    ],
    [
      "fr",
      "Les écluses retiennent l'eau du canal, et le gardien note chaque matin son niveau. May et June sont venues à Londres.",
    ],
    ["ru", "Шлюзы удерживают воду в канале, а смотритель записывает её уровень каждое утро."],
    ["zh", "水闸控制水位。水闸管理员每天早上记录水位。"],
    ["th", "ประตูน้ำควบคุมระดับน้ำในคลอง และผู้ดูแลจดบันทึกทุกเช้า"],
  ])("tells %s, and makes no English names of it", async (language, text) => {
    const described = await describeText(text);
    expect(described.language).toBe(language);
    expect(
      described.entities.filter((e) => ["person", "place", "organisation"].includes(e.type)),
    ).toEqual([]);
    expect(described.keywords.length).toBeGreaterThan(0);
    expect(described.keywords.every((word) => text.includes(word))).toBe(true);
    expect(text.replaceAll(" ", "")).toContain(described.summary.replaceAll(" ", ""));
  });

  test("finds dates and amounts in any language by their form", async () => {
    const { entities } = await describeText(
      "Die Arbeiten an der Schleuse kosteten 2.500 € und endeten am 04.05.2003 mit einem Fest.",
    );
    expect(entities).toEqual([
      { text: "04.05.2003", type: "date" },
      { text: "2.500 €", type: "amount" },
    ]);
  });

  test.each([["12 34 56"], ["<|im_start|>"], ["😀😀😀"], ["zq"], ["---"]])(
    "does not guess the language of %j",
    async (text) => {
      expect((await describeText(text)).language).toBe("und");
    },
  );

  test("leaves words with underscores whole", async () => {
    const { summary } = await describeText(
      "The setting max_active_jobs bounds how many jobs may run.",
    );
    expect(summary).toContain("max_active_jobs");
  });

  test("looks at a bounded part of a huge text", async () => {
    const early = await describeText(`${passage} `.repeat(30));
    const huge = await describeText(`${passage} `.repeat(30_000));
    expect(huge).toEqual(early);
  });
});

describe("the caller's own fields, found locally", () => {
  const text =
    "Invoice\n**Unit price:** 1,200.50 EUR\n- Paid: yes\n| status_code = 42 |\nIt is overdue since 2024-03-01; write to pay@example.org.\nTags: gates, locks; water\n";
  const custom = async (properties: Record<string, unknown>, required: string[] = []) =>
    (
      await model.describe(
        { text, headings: [], schema: { type: "object", properties, required } },
        call,
      )
    ).value.custom;

  test.each([
    ["a labelled number", { unitPrice: { type: "number" } }, { unitPrice: 1200.5 }],
    ["a labelled truth", { paid: { type: "boolean" } }, { paid: true }],
    ["a labelled integer in a table", { status_code: { type: "integer" } }, { status_code: 42 }],
    [
      "a value of an enum in the text",
      { state: { type: "string", enum: ["open", "over", "overdue"] } },
      { state: "overdue" },
    ],
    ["a date by its format", { due: { type: "string", format: "date" } }, { due: "2024-03-01" }],
    [
      "an address by its format",
      { contact: { type: "string", format: "email" } },
      { contact: "pay@example.org" },
    ],
    [
      "a list after its label",
      { tags: { type: "array", items: { type: "string" } } },
      { tags: ["gates", "locks", "water"] },
    ],
    [
      "enum values anywhere, as a list",
      { kinds: { type: "array", items: { type: "string", enum: ["gates", "boats"] } } },
      { kinds: ["gates"] },
    ],
  ])("takes %s", async (_, properties, expected) => {
    expect(await custom(properties)).toEqual(expected);
  });

  test.each([
    ["does not stand in the text", { colour: { type: "string" } }],
    ["is out of its bounds", { unitPrice: { type: "number", maximum: 100 } }],
    ["is of another type", { unitPrice: { type: "integer" } }],
    ["is too long", { tags: { type: "string", maxLength: 3 } }],
  ])("leaves out what %s", async (_, properties) => {
    expect(await custom(properties)).toBeUndefined();
  });

  test("leaves all out when a required field is missing", async () => {
    const properties = { paid: { type: "boolean" }, colour: { type: "string" } };
    expect(await custom(properties, ["colour"])).toBeUndefined();
    expect(await custom(properties)).toEqual({ paid: true });
  });
});
