/** Endpoints as they really are, as scripts of the fake provider: what each does comes from public reports. */

import { refusals } from "./refusing-everything.ts";
import { chat, misconfigured, once, type Refusing, refused, type Usable } from "./scripts.ts";
import { requestForms } from "./usable-by-another-request.ts";
import { otherAnswers } from "./usable-by-reading.ts";
import { otherVectors } from "./usable-for-vectors.ts";

const stream = `: waiting\n\n${[
  '{"title": "T", ',
  '"summary": "S", ',
  '"keywords": ["dawn"], "entities": [], "language": "en"}',
]
  .map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
  .join("")}data: [DONE]\n\n`;

/** Every chunk is described and embedded. */
export const usable: readonly Usable[] = [
  {
    title: "does not know response_format, by detail",
    script: refused("response_format", 400, { detail: "Invalid: {it} is not supported" }),
  },
  {
    title: "does not know response_format, by a message at the top",
    script: refused("response_format", 400, { object: "error", message: "{it}: extra", code: 400 }),
  },
  {
    title: "does not know response_format, with an empty param",
    script: refused("response_format", 400, {
      error: { message: "{it} is not supported", param: "", code: null },
    }),
  },
  {
    title: "does not know response_format, by 422",
    script: refused("response_format", 422, {
      detail: [{ loc: ["body", "{it}"], msg: "Extra inputs are not permitted" }],
    }),
  },
  {
    title: "takes no temperature",
    script: refused("temperature", 400, {
      error: { message: "Unsupported value: '{it}' does not support 0", param: "{it}" },
    }),
  },
  {
    title: "thinks before a lone </think>",
    script: { wrap: { before: 'Is {"title": 1} right? </think>\n', after: "" } },
  },
  { title: "answers a list of parts", script: { quirks: { content: "parts" } } },
  {
    title: "answers null, and its metadata in the reasoning",
    script: { quirks: { content: "reasoning" } },
  },
  { title: "calls a tool instead of answering", script: { quirks: { content: "tool" } } },
  {
    title: "puts prose around a fence",
    script: { wrap: { before: "Sure {it} is:\n```json\n", after: "\n```\nAnything else?" } },
  },
  {
    title: "answers null, texts for lists and a language's name",
    script: {
      quirks: {
        metadata: { title: null, keywords: "a, b", entities: ["Anna"], language: "English" },
      },
    },
  },
  {
    title: "writes its object twice",
    script: { wrap: { before: '{"title": "no"}\n', after: "" } },
  },
  {
    title: "needs more tokens to think",
    script: { quirks: { thinksForTokens: 4_000 } },
  },
  {
    title: "streams though it was not asked to",
    script: { faults: [chat(200, stream, { headers: { "content-type": "text/event-stream" } })] },
  },
  {
    title: "begins with a byte order mark",
    script: {
      faults: [chat(200, `\uFEFF{"choices":[{"message":{"content":"{\\"title\\":\\"T\\"}"}}]}`)],
    },
  },
  {
    title: "answers 200 with an error of 429, once",
    script: { faults: [chat(200, { error: { code: 429, message: "slow down" } }, once)] },
  },
  { title: "answers 529 once", script: { faults: [chat(529, { error: "overloaded" }, once)] } },
  {
    title: "answers a page of HTML with 502, once",
    script: { faults: [chat(502, "<html><h1>Bad Gateway</h1></html>", once)] },
  },
  {
    title: "asks to wait for a second by x-ratelimit-reset alone",
    script: {
      faults: [chat(429, { error: "busy" }, { ...once, headers: { "x-ratelimit-reset": "1s" } })],
    },
  },
  { title: "answers no JSON once", script: { faults: [chat(200, { choices: [] }, once)] } },
  {
    title: "refuses base64 by an odd body",
    script: refused("encoding_format", 422, { detail: [{ loc: ["body", "{it}"], msg: "extra" }] }),
  },
  {
    title: "answers null as index, and no usage",
    script: { quirks: { index: "null", usage: false } },
  },
  { title: "answers 0 as every index", script: { quirks: { index: "zero" } } },
  { title: "answers as Ollama does", script: { quirks: { form: "ollama" } } },
  {
    title: "takes ten texts a call, and says so",
    script: {
      quirks: {
        mostInputs: {
          count: 10,
          refusal: { body: { message: "batch size is invalid, it should not be larger than 10." } },
        },
      },
    },
  },
  {
    title: "takes one text a call, and says nothing",
    script: { quirks: { mostInputs: { count: 1, refusal: { status: 422, body: "" } } } },
  },
  {
    title: "counts more tokens than fit, by 413",
    script: {
      quirks: {
        mostInputTokens: { count: 40, refusal: { status: 413, body: "Payload Too Large" } },
      },
    },
  },
  ...requestForms,
  ...otherAnswers,
  ...otherVectors,
];

/** The job fails with the endpoint's reason, in at most 25 asks. */
export const refusing: readonly Refusing[] = [
  {
    title: "has no quota left (429)",
    script: {
      faults: [
        chat(429, { error: { message: "You exceeded your quota.", code: "insufficient_quota" } }),
      ],
    },
    code: misconfigured,
    reason: /exceeded your quota/,
  },
  {
    title: "refuses the key by 400",
    script: { faults: [chat(400, [{ error: { code: 400, message: "API key not valid." } }])] },
    code: misconfigured,
    reason: /API key not valid/,
  },
  {
    title: "wants a field that it does not get",
    script: {
      faults: [chat(400, { message: "enable_thinking must be set to false for such calls" })],
    },
    code: misconfigured,
    reason: /enable_thinking must be set to false/,
  },
  {
    title: "does not have the model",
    script: { faults: [chat(404, { error: { message: "The model `m` does not exist" } })] },
    code: misconfigured,
    reason: /does not exist/,
  },
  {
    title: "is a web page",
    script: { faults: [chat(200, "<!doctype html><html><body>Welcome</body></html>")] },
    code: misconfigured,
    reason: /Welcome/,
  },
  {
    title: "redirects",
    script: { faults: [chat(301, "", { headers: { location: "https://other.example/v1" } })] },
    code: misconfigured,
    reason: /other\.example/,
  },
  {
    title: "is closed to this region",
    script: { faults: [chat(403, { error: "Country, region, or territory not supported" })] },
    code: misconfigured,
    reason: /territory not supported/,
  },
  {
    title: "filters everything, each time in other words",
    script: {
      faults: [
        chat(400, {
          error: { code: "content_filter", message: "Flagged by our policy: {text}" },
        }),
      ],
    },
    code: misconfigured,
    reason: /Flagged by our policy/,
  },
  {
    title: "declines everything",
    script: { faults: [{ kind: "refusal", endpoint: "chat" }] },
    code: misconfigured,
    reason: /refuses to describe/,
  },
  {
    title: "never answers with JSON",
    script: {
      faults: [chat(200, { choices: [{ message: { content: "What a lovely passage." } }] })],
    },
    code: misconfigured,
    reason: /not the requested JSON/,
  },
  {
    title: "answers vectors of another form",
    script: {
      faults: [{ kind: "answer", endpoint: "embeddings", status: 200, body: { vectors: "soon" } }],
    },
    code: "answer_unusable",
    reason: /without embeddings/,
  },
  ...refusals,
];
