/** Endpoints that refuse every call, in the ways in which gateways do. */
import { chat, misconfigured, type Refusing } from "./scripts.ts";

const always = (title: string, status: number, body: unknown, reason: RegExp): Refusing => ({
  title,
  script: { faults: [chat(status, body)] },
  code: misconfigured,
  reason,
});

export const refusals: readonly Refusing[] = [
  always(
    "answers 200 with a status of its own",
    200,
    { choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } },
    /insufficient balance/,
  ),
  always(
    "answers 200 with words alone",
    200,
    { error_code: 336_100, error_msg: "This service is closed to you" },
    /This service is closed to you/,
  ),
  always(
    "answers 200 with no data but a message",
    200,
    { code: 20_012, message: "Model does not exist. Please check it carefully.", data: null },
    /Model does not exist/,
  ),
  always(
    "answers 200 with a list of errors",
    200,
    { result: null, success: false, errors: [{ code: 7003, message: "Could not route to it" }] },
    /Could not route to it/,
  ),
  always(
    "answers 200 with a status of 403 around its body",
    200,
    { statusCode: 403, body: JSON.stringify({ message: "Forbidden by the gateway" }) },
    /Forbidden by the gateway/,
  ),
  {
    title: "embeds nothing, and says why",
    script: {
      faults: [
        {
          kind: "answer",
          endpoint: "embeddings",
          status: 400,
          body: { error: { message: "This model does not support the operation." } },
        },
      ],
    },
    code: misconfigured,
    reason: /does not support the operation/,
  },
  {
    title: "embeds everything to NaN",
    script: {
      faults: [
        {
          kind: "answer",
          endpoint: "embeddings",
          status: 500,
          body: { error: { message: "failed to encode response: json: unsupported value: NaN" } },
        },
      ],
    },
    code: misconfigured,
    reason: /unsupported value/,
  },
  {
    title: "has no vector for any text",
    script: { faults: [{ kind: "no-vectors", endpoint: "embeddings" }] },
    code: misconfigured,
    reason: /usable embeddings/,
  },
  always(
    "has no channel for the model behind it",
    503,
    { error: { message: "No available channel", type: "new_api_error", code: "model_not_found" } },
    /No available channel/,
  ),
  always("fails for want of the model", 500, { error: "model m not found" }, /model m not found/),
  {
    title: "was started for something else",
    script: {
      faults: [
        {
          kind: "answer",
          endpoint: "embeddings",
          status: 501,
          body: {
            error: {
              code: 501,
              message: "This server does not support embeddings. Start it with `--embeddings`",
              type: "not_supported_error",
            },
          },
        },
      ],
    },
    code: misconfigured,
    reason: /Start it with/,
  },
  always("is another program", 200, "Ollama is running", /Ollama is running/),
  always("answers nothing", 200, "", /body is empty/),
  always("takes another type of content", 415, { error: "Unsupported Media Type" }, /Unsupported/),
  always("may not be used here", 451, { error: "Unavailable in your region" }, /your region/),
  always(
    "complains in Chinese",
    400,
    { error: { code: "1214", message: "messages 参数非法。请检查文档。" } },
    /参数非法/,
  ),
];
