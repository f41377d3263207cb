/** Endpoints that want another form of request, and how each says so. */
import { refused, type Usable } from "./scripts.ts";

const jsonFailed = (failed_generation: string) => ({
  error: {
    message:
      "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
    type: "invalid_request_error",
    code: "json_validate_failed",
    failed_generation,
  },
});

export const requestForms: readonly Usable[] = [
  {
    title: "knows no role of the system",
    script: {
      quirks: {
        refusesSystem: {
          body: { object: "error", message: "System role not supported", param: null, code: 400 },
        },
      },
    },
  },
  {
    title: "fails over the role of the system in its template",
    script: {
      quirks: {
        refusesSystem: {
          status: 500,
          body: {
            error: {
              code: 500,
              message: "Conversation roles must alternate user/assistant/user/assistant/...",
              type: "server_error",
            },
          },
        },
      },
    },
  },
  {
    title: "only streams",
    script: {
      quirks: {
        onlyStreams: {
          body: {
            error: {
              message: "This model only support stream mode, please enable the stream parameter.",
              code: "invalid_parameter_error",
            },
          },
        },
      },
    },
  },
  {
    title: "wants a bound on the answer",
    script: {
      quirks: {
        needsMaxTokens: {
          status: 422,
          body: { detail: [{ type: "missing", loc: ["body", "{it}"], msg: "Field required" }] },
        },
      },
    },
  },
  {
    title: "cuts answers off early, and has a short context",
    script: {
      quirks: {
        thinksForTokens: 1_000,
        mostOutputTokens: {
          count: 3_400,
          refusal: {
            body: {
              object: "error",
              message:
                "'max_tokens' or 'max_completion_tokens' is too large: {it}. This model's maximum context length is 4096 tokens and your request has 696 input tokens ({it} > 4096 - 696).",
              code: 400,
            },
          },
        },
      },
    },
  },
  {
    title: "cuts answers off early, and takes few tokens together",
    script: {
      quirks: {
        thinksForTokens: 1_000,
        mostOutputTokens: {
          count: 1_400,
          refusal: {
            status: 422,
            body: {
              error:
                "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 648 `inputs` tokens and {it} `max_new_tokens`",
              error_type: "validation",
            },
          },
        },
      },
    },
  },
  {
    title: "cuts answers off early, and does not say so",
    script: { quirks: { thinksForTokens: 1_000, saysCutOff: false } },
  },
  {
    title: "finds no JSON in its own answers",
    script: refused("response_format", 400, jsonFailed("Sure, here it is:")),
  },
  {
    title: "does not take the keywords of the schema",
    script: refused("response_format:json_schema", 400, [
      {
        error: {
          code: 400,
          message: `Invalid JSON payload received. Unknown name "additionalProperties" at 'generation_config.response_schema.properties[3].value': Cannot find field.`,
          status: "INVALID_ARGUMENT",
        },
      },
    ]),
  },
  {
    title: "explains itself in Chinese",
    script: refused("response_format", 400, {
      error: { code: "1210", message: "API 调用参数有误，请检查文档。" },
    }),
  },
  {
    title: "explains itself by a number",
    script: refused("temperature", 400, { error: { message: "Bad request (code 20015)" } }),
  },
  {
    title: "finds nobody who takes all parameters",
    script: refused("response_format", 404, {
      error: {
        message: "No endpoints found that can handle the requested parameters.",
        code: 404,
      },
    }),
  },
  {
    title: "cuts answers off early, and has a limit of a minute below 16,384 tokens",
    script: {
      quirks: {
        thinksForTokens: 1_000,
        mostOutputTokens: {
          count: 9_000,
          refusal: {
            status: 429,
            body: {
              error: {
                message:
                  "Request too large for m on tokens per min (TPM): Limit 8500, Requested {it}. The input or output tokens must be reduced in order to run successfully.",
                code: "rate_limit_exceeded",
              },
            },
          },
        },
      },
    },
  },
];
