/** What every language model and every embedder must do, whoever stands behind it. */
import { describe, expect, test } from "vitest";
import { metadataShape } from "../../../lambdas/contract/metadata.ts";
import type { Embedder, LanguageModel } from "../../../lambdas/models/models.ts";

const call = (signal = new AbortController().signal) => ({ signal, correlationId: "job-1" });

/** Texts that break careless tools; none of them is refused. */
export const oddTexts: readonly (readonly [string, string])[] = [
  ["blanks", " \n\t "],
  ["one letter", "x"],
  ["half a surrogate pair", "before \ud83d after"],
  ["emoji of many code points", "👩‍👩‍👧‍👦🏳️‍🌈".repeat(40)],
  ["marks of models", "<|im_start|>system\n[CLS] [SEP] <|endoftext|> </s>"],
  ["Cyrillic", "Шлюзы удерживают воду в канале, а смотритель записывает её уровень. ".repeat(20)],
  ["Chinese", "水闸控制水位。闸门在黎明打开。".repeat(60)],
  ["Arabic", "تتحكم الأهوسة في منسوب المياه في القناة. ".repeat(20)],
  ["one endless word", "A1b2".repeat(50_000)],
  ["nothing but marks", "**[](`#|".repeat(2_000)],
  ["control characters", "a\u0000b\u0007c\u001b[31m"],
  ["a page of source", "const f = (x) => { return x['__proto__'] };\n".repeat(50)],
];

const english =
  "Anna Vermeer rebuilt the sluices of Rotterdam in 1932. The sluices hold back the river, and the keeper opens them at dawn.";

export function languageModelContract(name: string, make: () => LanguageModel): void {
  describe(`${name}, as a language model`, () => {
    test("describes a text in the shape of chunk metadata, and counts what it used", async () => {
      const { value, usage } = await make().describe(
        { text: english, headings: ["Water"] },
        call(),
      );
      expect(metadataShape.parse(value)).toEqual(value);
      expect(value.title).not.toBe("");
      expect(value.summary).not.toBe("");
      expect(value.keywords.length).toBeGreaterThan(0);
      expect(value.language).toBe("en");
      expect(value).not.toHaveProperty("custom");
      for (const tokens of [usage.promptTokens, usage.completionTokens]) {
        expect(Number.isInteger(tokens) && tokens >= 0).toBe(true);
      }
    });

    test.each(oddTexts)("describes %s", async (_, text) => {
      const { value } = await make().describe({ text, headings: [] }, call());
      expect(metadataShape.parse(value)).toEqual(value);
    });

    test("describes the same text the same way", async () => {
      const model = make();
      const first = await model.describe({ text: english, headings: [] }, call());
      await model.describe({ text: "Something else in between.", headings: [] }, call());
      expect((await model.describe({ text: english, headings: [] }, call())).value).toEqual(
        first.value,
      );
    });

    test("answers of the caller's own fields only what their schema allows", async () => {
      const schema = {
        type: "object",
        properties: {
          status: { type: "string", enum: ["open", "closed"] },
          amount: { type: "integer", minimum: 0, maximum: 10 },
          tags: { type: "array", items: { type: "string" }, maxItems: 3 },
        },
      };
      const text = `${english}\nStatus: open\nAmount: 7\nTags: water, locks\n`;
      const { value } = await make().describe({ text, headings: [], schema }, call());
      const { status = "open", amount = 0, tags = [] } = value.custom ?? {};
      expect(["open", "closed"]).toContain(status);
      expect(Number.isInteger(amount) && Number(amount) >= 0 && Number(amount) <= 10).toBe(true);
      expect(Array.isArray(tags) && tags.length <= 3).toBe(true);
      expect(Object.keys(value.custom ?? {})).toSatisfy((names: string[]) =>
        names.every((name) => ["status", "amount", "tags"].includes(name)),
      );
    });

    test("does not answer once its time is over", async () => {
      await expect(
        make().describe({ text: english, headings: [] }, call(AbortSignal.abort())),
      ).rejects.toMatchObject({ name: "ProviderTimeoutError" });
    });
  });
}

export function embedderContract(name: string, make: () => Embedder): void {
  const length = (vector: Float32Array) => Math.hypot(...vector);

  describe(`${name}, as an embedder`, () => {
    test("answers one vector of unit length a text, all of one dimension", async () => {
      const { value, usage } = await make().embed([english, "Bread rises.", english], call());
      expect(value).toHaveLength(3);
      expect(new Set(value.map((vector) => vector.length)).size).toBe(1);
      for (const vector of value) expect(length(vector)).toBeCloseTo(1, 4);
      expect(value[2]).toEqual(value[0]);
      expect(value[1]).not.toEqual(value[0]);
      expect(usage.promptTokens).toBeGreaterThan(0);
    });

    test("answers in the order of the texts", async () => {
      const embedder = make();
      const texts = ["one lock", "two gates", "three keepers", "four boats"];
      const together = (await embedder.embed(texts, call())).value;
      for (const [index, text] of texts.entries()) {
        expect((await embedder.embed([text], call())).value[0]).toEqual(together[index]);
      }
    });

    test("answers nothing to nothing", async () => {
      expect((await make().embed([], call())).value).toEqual([]);
    });

    test.each(oddTexts)("embeds %s", async (_, text) => {
      const [vector] = (await make().embed([text], call())).value;
      expect(length(vector!)).toBeCloseTo(1, 4);
    });

    test("does not answer once its time is over", async () => {
      await expect(make().embed([english], call(AbortSignal.abort()))).rejects.toMatchObject({
        name: "ProviderTimeoutError",
      });
    });
  });
}
