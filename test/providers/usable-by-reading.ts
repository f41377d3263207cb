/** Chat endpoints whose answers have another form, and models whose JSON is none. */
import { chat, once, type Usable } from "./scripts.ts";

const metadata = {
  title: "T",
  summary: "S",
  keywords: ["dawn"],
  entities: [{ text: "Anna", type: "person" }],
  language: "en",
};
const json = JSON.stringify(metadata);
const halves = [json.slice(0, 30), json.slice(30)];

const body = (title: string, answer: unknown): Usable => ({
  title,
  script: { faults: [chat(200, answer)] },
});
const content = (title: string, text: string) =>
  body(title, { choices: [{ finish_reason: "stop", message: { content: text } }] });
const first = (title: string, status: number, answer: unknown): Usable => ({
  title,
  script: { faults: [chat(status, answer, once)] },
});

export const otherAnswers: readonly Usable[] = [
  content(
    "quotes as Python does",
    `{'title': 'T', 'summary': "It's S", 'keywords': ['dawn'], 'language': None}`,
  ),
  content(
    "quotes within a text",
    '{"title": "T", "summary": "She said "open" and left", "keywords": ["dawn"], "language": "en"}',
  ),
  content(
    "leaves out quotes and commas",
    '{title: "T"\n summary: "S",\n keywords: ["dawn" "dusk"]}',
  ),
  content("escapes its quotes once too often", json.replaceAll('"', '\\"')),
  content("puts its JSON into a text of JSON", JSON.stringify({ response: json })),
  content(
    "leaves the tokens of channels in its answer",
    `<|channel|>analysis<|message|>Is it {"title": "x"}?<|end|><|start|>assistant<|channel|>final <|constrain|>JSON<|message|>${json}`,
  ),
  content(
    "translates the names of fields",
    JSON.stringify({
      Titel: "T",
      Zusammenfassung: "S",
      Schlüsselwörter: ["dawn"],
      Entitäten: [{ text: "Anna", typ: "Person" }],
      Sprache: "Deutsch",
    }),
  ),
  content(
    "answers objects and lists for texts",
    JSON.stringify({ ...metadata, title: { value: "T" }, summary: ["S", "And more."] }),
  ),
  content(
    "labels lines instead of writing JSON",
    "Here it is:\n\n**Title:** T\n**Summary:** S and more.\n- Keywords: dawn, dusk\nLanguage: English",
  ),
  body("says by an error that there is none", {
    error: { code: 0, message: "success" },
    choices: [{ message: { content: json } }],
  }),
  body("puts its answer into a result", {
    result: { choices: [{ message: { content: json } }] },
    success: true,
    errors: [],
  }),
  body("answers as a function behind a gateway", {
    statusCode: 200,
    body: JSON.stringify({ choices: [{ message: { content: json } }] }),
  }),
  body(
    "answers a body that is JSON twice over",
    JSON.stringify(JSON.stringify({ choices: [{ message: { content: json } }] })),
  ),
  body(
    "prints its answer as Python does",
    `{'choices': [{'index': 0, 'message': {'content': ${JSON.stringify(json)}}}], 'usage': None}`,
  ),
  body(
    "leaves line breaks in the texts of its answer",
    `{"choices": [{"message": {"content": ${JSON.stringify(json).replace(",", ",\n")}}}]}`,
  ),
  body("answers as Ollama's own API", {
    model: "m",
    message: { role: "assistant", content: json },
    done: true,
  }),
  body("answers as Anthropic's own API", {
    type: "message",
    content: [{ type: "text", text: json }],
    stop_reason: "end_turn",
  }),
  body(
    "streams without blank lines",
    `${halves.map((text) => `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n`).join("")}data: [DONE]\n`,
  ),
  body(
    "streams lists of parts",
    halves
      .map((text) => ({ choices: [{ delta: { content: [{ type: "text", text }] } }] }))
      .map((event) => `data: ${JSON.stringify(event)}\n\n`)
      .join(""),
  ),
  body(
    "streams one object a line",
    halves.map((text) => JSON.stringify({ message: { content: text }, done: false })).join("\n"),
  ),
  first("answers 202 once", 202, { status: "pending" }),
  first("answers 424 once", 424, { error: "Request failed during generation" }),
  first("answers 498 once", 498, { error: { message: "Flex tier capacity exceeded" } }),
  first("answers 499 once", 499, "client closed request"),
  first("answers an empty body once", 200, ""),
  first("answers a sentence once", 200, "upstream is starting"),
  {
    title: "loads its model for a second",
    script: {
      faults: [
        chat(
          503,
          { error: { message: "Loading model", type: "unavailable_error", code: 503 } },
          { untilMs: 1_000, headers: { "retry-after": "0" } },
        ),
      ],
    },
  },
];
