/** Refusals with status 200: gateways answer first and find out later that the endpoint behind them refused. */
import { type Complaint, complaintIn, complaintOf } from "../endpoint/complaint.ts";
import { EndpointRefusal } from "../endpoint/refusal.ts";
import { type Fields, isFields } from "../fields.ts";

/** Where answers stand, of any of the APIs that endpoints speak. */
const answers = [
  "choices",
  "data",
  "embeddings",
  "embedding",
  "vectors",
  "predictions",
  "result",
  "results",
  "output",
  "outputs",
  "content",
  "response",
  "text",
  "generated_text",
];

/**
 * `undefined` where the body is an answer. Its own code counts as the status; a body that only has
 * words keeps its 200, and is an answer that cannot be read.
 */
export function refusalIn(answer: unknown, headers: Headers): EndpointRefusal | undefined {
  if (typeof answer === "string") return new EndpointRefusal(200, complaintOf(answer), headers);
  const error = errorIn(Array.isArray(answer) ? (answer as unknown[])[0] : answer);
  if (error !== undefined) {
    const complaint = complaintIn(error);
    const unnamed = isFields(error) && "errors" in error ? 200 : 500;
    const status = complaint.status ?? statusOf(complaint.codes) ?? busy(complaint) ?? unnamed;
    return new EndpointRefusal(status, complaint, headers);
  }
  if (!isFields(answer) || hasAnswer(answer)) return undefined;
  const complaint = complaintIn(answer);
  if (complaint.words === "") return undefined;
  const status = complaint.status ?? statusOf(complaint.codes) ?? 200;
  return new EndpointRefusal(status, complaint, headers);
}

function errorIn(answer: unknown): unknown {
  if (!isFields(answer)) return undefined;
  const { error, errors, choices, statusCode, body } = answer;
  if (error && !(isNone(error) && hasAnswer(answer))) return { error };
  if (Array.isArray(errors) && errors.length > 0 && !hasAnswer(answer)) return { errors };
  // A Lambda function's answer, behind a gateway that does not take it apart.
  if (typeof statusCode === "number" && statusCode >= 400) return { statusCode, error: body };
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isFields(first) && first["error"] ? { error: first["error"] } : undefined;
}

/** Some gateways say by an error that there is none: `{"code": 0, "message": "success"}`, or an empty one. */
function isNone(error: unknown): boolean {
  if (!isFields(error)) return false;
  if (Object.values(error).every((value) => !value)) return true;
  return [0, 200, "0", "200", "success"].includes(error["code"] as string);
}

function hasAnswer(answer: Fields): boolean {
  // A message in words is a complaint, one with content an answer.
  if (isFields(answer["message"])) return true;
  return answers.some((name) => answer[name] !== undefined && answer[name] !== null);
}

/** A word for it is as good as a code where there is none. */
function busy({ words }: Complaint): number | undefined {
  return /\b(?:rate|request)[ _-]?limit|too many requests/i.test(words) ? 429 : undefined;
}

const statusByCode: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|throttl|resource_?exhausted|too_?many/, 429],
  [/insufficient_quota|billing|payment/, 402],
  [/api_?key|auth|permission/, 401],
  [/not_?found/, 404],
  [/invalid|bad_?request/, 400],
];

function statusOf(codes: readonly string[]): number | undefined {
  return statusByCode.find(([pattern]) => codes.some((code) => pattern.test(code)))?.[1];
}
