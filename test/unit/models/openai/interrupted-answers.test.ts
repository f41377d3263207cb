/** Answers that their server gave up in the middle, and those beside which it says other things. */
import { describe, expect, test } from "vitest";
import type { SluiceError } from "../../../../lambdas/platform/tasks/task-error.ts";
import { chatOfTests } from "../../../support/fake-provider/chat-of-tests.ts";

const { provider, languageModel, ask } = await chatOfTests();
const failed = (error: unknown) => (error as SluiceError).name;
const answered = (body: unknown) => provider.script({ faults: [{ kind: "answer", body }] });

const event = (choice: unknown) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`;
const half = '{"title": "The keeper", "sum';

describe("an answer that breaks off", () => {
  test.each([
    ["for want of resources", "insufficient_system_resource"],
    ["by an error behind the gateway", "error"],
    ["because the server stops", "abort"],
  ])("%s is the server's failure, however often", async (_, finish_reason) => {
    answered({ choices: [{ finish_reason, message: { content: half } }] });
    const model = languageModel();
    for (let text = 0; text < 6; text++) {
      expect(await ask(`Text ${text}`, model).catch(failed)).toBe("ProviderUnavailableError");
    }
  });

  test("with its stream is the server's failure, too", async () => {
    answered(event({ delta: { content: half } }));
    expect(await ask().catch(failed)).toBe("ProviderUnavailableError");
  });

  test("after its object is taken", async () => {
    const content = '{"title": "The keeper", "summary": "He opens."}';
    answered(event({ delta: { content } }));
    expect((await ask()).value.title).toBe("The keeper");
    answered({ choices: [{ finish_reason: "error", message: { content } }] });
    expect((await ask()).value.title).toBe("The keeper");
  });

  test("is what the model said where its stream has an end", async () => {
    answered(`${event({ delta: { content: "Lovely." }, finish_reason: "stop" })}data: [DONE]\n\n`);
    expect(await ask().catch(failed)).toBe("AnswerUnusableError");
  });
});

describe("an answer is read", () => {
  const metadata = { title: "The keeper", summary: "He opens." };
  const json = JSON.stringify(metadata);
  const draft = '{"title": "A draft", "summary": "Of it."}';
  const messages: readonly (readonly [string, unknown])[] = [
    [
      "beside parts that think aloud after it",
      {
        content: [
          { type: "text", text: json },
          { type: "reasoning", text: draft },
        ],
      },
    ],
    ["beside a thought", { content: [{ text: json }, { thought: true, text: draft }] }],
    ["from parts whose text has a value", { content: [{ type: "text", text: { value: json } }] }],
    ["where the server read it already", { content: null, parsed: metadata }],
    ["from what the model thinks", { content: "", thinking: json }],
    [
      "from the details of its reasoning",
      { content: null, reasoning_details: [{ type: "reasoning.text", text: json }] },
    ],
    [
      "with comments as in Python",
      { content: '{"title": "The keeper", # who\n"summary": "He #1 opens."}' },
    ],
  ];
  test.each(messages)("%s", async (_, message) => {
    answered({ choices: [{ message }] });
    expect((await ask()).value.title).toBe("The keeper");
  });

  test("beside an error without anything in it", async () => {
    answered({ error: { code: null, message: "" }, choices: [{ message: { content: json } }] });
    expect((await ask()).value.title).toBe("The keeper");
  });
});
