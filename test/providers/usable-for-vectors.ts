/** Embedding endpoints that want another request, or answer in another form; and calls that move. */
import { refused, type Usable } from "./scripts.ts";

export const otherVectors: readonly Usable[] = [
  { title: "moves calls to an address with a slash", script: { quirks: { moves: 308 } } },
  { title: "answers a row for each vector", script: { quirks: { vector: "row" } } },
  { title: "answers vectors as texts", script: { quirks: { vector: "text" } } },
  { title: "answers vectors in an object", script: { quirks: { vector: "object" } } },
  { title: "answers a list of results", script: { quirks: { form: "results" } } },
  { title: "answers an output out of order", script: { quirks: { form: "output" } } },
  { title: "numbers its vectors from one", script: { quirks: { index: "from-one" } } },
  { title: "answers 64-bit floats as base64", script: { quirks: { vector: "float64" } } },
  { title: "answers base64 in the other order", script: { quirks: { vector: "big-endian" } } },
  {
    title: "takes no list of texts",
    script: {
      quirks: {
        takesNoList: {
          status: 422,
          body: {
            detail: [
              { type: "string_type", loc: ["body", "{it}"], msg: "Input should be a valid string" },
            ],
          },
        },
      },
    },
  },
  {
    title: "runs out of memory over more than four texts",
    script: {
      quirks: {
        mostInputs: {
          count: 4,
          refusal: { status: 500, body: { error: { message: "CUDA out of memory." } } },
        },
      },
    },
  },
  {
    title: "takes few tokens a minute, and never so many at once",
    script: {
      quirks: {
        mostInputs: {
          count: 4,
          refusal: {
            status: 429,
            body: {
              error: {
                message:
                  "Request too large for m on tokens per min (TPM): Limit 400, Requested 1000. The input or output tokens must be reduced in order to run successfully.",
                type: "tokens",
                code: "rate_limit_exceeded",
              },
            },
          },
        },
      },
    },
  },
  {
    title: "knows no encoding_format, and explains itself in Chinese",
    script: refused("encoding_format", 400, { error: { message: "encoding_format 参数非法" } }),
  },
  {
    title: "calls a text that is too long one for its batch",
    script: {
      quirks: {
        mostInputTokens: {
          count: 40,
          refusal: {
            status: 500,
            body: {
              error: {
                code: 500,
                message:
                  "input (63 tokens) is too large to process. increase the physical batch size (current batch size: 40)",
                type: "server_error",
              },
            },
          },
        },
      },
    },
  },
];
