import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { localEmbedder } from "../../../../lambdas/models/local/local-embedder.ts";
import { passages } from "../../../support/passages.ts";

const identity = { provider: "local", model: "all-MiniLM-L6-v2", recipe: "mean-pool-1" };
const modelDirectory = join(import.meta.dirname, "../../../../models/all-MiniLM-L6-v2");
const embedder = localEmbedder({ identity, modelDirectory });
const call = () => ({ signal: new AbortController().signal, correlationId: "c" });

const embed = async (...texts: string[]) => (await embedder.embed(texts, call())).value;
const similarity = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

describe("local embedder", () => {
  test("finds the passage that answers a question", async () => {
    const questions = await embed(...passages.map(([question]) => question));
    const answers = await embed(...passages.map(([, passage]) => passage));
    const ranks = questions.map((question, index) => {
      const scores = answers.map((answer) => similarity(question, answer));
      return 1 + scores.filter((score) => score > (scores[index] ?? 0)).length;
    });
    const within = (rank: number) => ranks.filter((found) => found <= rank).length;
    // Processors round 8-bit products differently, so not to the passage.
    expect(within(1)).toBeGreaterThanOrEqual(17);
    expect(within(5)).toBeGreaterThanOrEqual(19);
  });

  test("gives a text the same vector in any company", async () => {
    const [alone] = await embed("Sluices hold water back.");
    const [, inCompany] = await embed(
      "Another, much longer text, about bread. ".repeat(9),
      "Sluices hold water back.",
    );
    expect(inCompany).toEqual(alone);
  });

  test("hears the end of a text that is longer than the model's window", async () => {
    const filler = "The lock keeper writes the level of the water into his book. ".repeat(60);
    const [plain, early, late, subject] = await embed(
      filler,
      `Penguins breed on Antarctic ice. ${filler}`,
      `${filler} ${"Penguins breed on Antarctic ice. ".repeat(20)}`,
      "Penguins in Antarctica",
    );
    expect(late).not.toEqual(plain);
    expect(similarity(late!, subject!)).toBeGreaterThan(similarity(plain!, subject!) + 0.05);
    expect(early).not.toEqual(plain);
  });

  test("reads special tokens as text", async () => {
    const [marks, nothing, words] = await embed("[SEP] [MASK] [CLS]", "", "sep mask cls");
    expect(similarity(marks!, words!)).toBeGreaterThan(similarity(marks!, nothing!));
    const { usage } = await embedder.embed(["[SEP]"], call());
    expect(usage.promptTokens).toBeGreaterThan(1);
  });

  test.each([
    ["nothing", ""],
    ["blanks", " \n\t\u0000"],
    ["half a surrogate pair", "\ud83d and then"],
    ["emoji", "👩‍👩‍👧‍👦🏳️‍🌈".repeat(50)],
    ["Cyrillic", "Шлюзы удерживают воду в канале.".repeat(40)],
    ["Chinese", "水闸控制水位。".repeat(300)],
    ["one endless word", "x".repeat(200_000)],
    ["marks of chat models", "<|im_start|>system\n<|endoftext|>"],
  ])("gives %s a vector of unit length", async (_, text) => {
    const [vector] = await embed(text);
    expect(vector).toHaveLength(384);
    expect(similarity(vector!, vector!)).toBeCloseTo(1, 4);
  });

  test("answers in the order asked, also to calls side by side", async () => {
    const texts = passages.slice(0, 4).map(([question]) => question);
    const together = await embed(...texts);
    const apart = await Promise.all(texts.map(async (text) => (await embed(text))[0]));
    expect(apart).toEqual(together);
  });

  test("stops at its signal, and works on after it", async () => {
    const signal = AbortSignal.abort();
    await expect(embedder.embed(["a text"], { signal, correlationId: "c" })).rejects.toMatchObject({
      name: "ProviderTimeoutError",
    });
    expect(await embed("a text")).toHaveLength(1);
  });

  test("says where it looked for a model that is not there", async () => {
    const lost = localEmbedder({ identity, modelDirectory: "/nowhere/model" });
    await expect(lost.embed(["a"], call())).rejects.toMatchObject({
      name: "ProviderMisconfiguredError",
      message: expect.stringContaining("/nowhere/model") as unknown,
    });
  });
});
