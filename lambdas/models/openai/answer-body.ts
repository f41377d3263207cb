/**
 * The JSON of a good answer, in the forms in which bodies hold it: plain, with
 * Python's `NaN`, written as JSON twice over, or as the events of a stream,
 * which some gateways send whether they were asked to or not.
 */
import { jsonObjects, meantObject } from "../description/json-objects.ts";
import { type Fields, isFields } from "../fields.ts";
import { answerOfEvents } from "./answer-stream.ts";

/** `undefined` if there is none. */
export function jsonOf(body: string): unknown {
  const plain = parsed(body) ?? parsed(withoutNaN(body));
  if (typeof plain === "string" && /^\s*[[{]/.test(plain)) return parsed(plain) ?? plain;
  if (plain !== undefined) return plain;
  const events = /^\s*(?::|data:|event:|id:)/.test(body) ? eventsOf(body) : linesOf(body);
  // Home-made servers print what they mean, with the quotes of Python or bare line breaks.
  return events.length === 0
    ? meantAnswer(body)
    : answerOfEvents(events, /^data:\s*\[DONE\]/m.test(body));
}

function meantAnswer(body: string): unknown {
  const [only, ...others] = /^\s*\{[\s\S]*\}\s*$/.test(body) ? jsonObjects(body) : [];
  return only !== undefined && others.length === 0 && ("choices" in only || "data" in only)
    ? only
    : meantObject(body);
}

/** Python writes NaN and Infinity, which JSON does not have. */
function withoutNaN(body: string): string {
  return body.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
    part.startsWith('"') ? part : "null",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Data of one event may stand in several lines; some servers leave out the blank line between events. */
function eventsOf(body: string): Fields[] {
  return body.split(/\r?\n\r?\n/).flatMap((event) => {
    const lines = event
      .split(/\r?\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).trim());
    const whole = parsed(lines.join("\n"));
    return isFields(whole) ? [whole] : lines.map(parsed).filter(isFields);
  });
}

/** One object a line, as Ollama streams. None where a line is anything else: then the body is broken. */
function linesOf(body: string): Fields[] {
  const lines = body.split(/\r?\n/).filter((line) => line.trim() !== "");
  const events = lines.length > 1 ? lines.map(parsed).filter(isFields) : [];
  return events.length === lines.length ? events : [];
}

/**
 * The answer without what gateways put around it: `{"result": …, "success": true}` (Cloudflare),
 * `{"output": …}`, or `{"statusCode": 200, "body": "…"}`, a Lambda function's answer behind a gateway
 * that does not take it apart.
 */
export function withoutEnvelope(answer: unknown, depth = 0): unknown {
  if (!isFields(answer) || depth > 2) return answer;
  if (["choices", "data", "embeddings", "embedding"].some((name) => Array.isArray(answer[name])))
    return answer;
  for (const name of ["result", "output", "response", "body", "data"]) {
    const value = answer[name];
    const inner = typeof value === "string" && /^\s*\{/.test(value) ? parsed(value) : value;
    if (isFields(inner) && (name === "body" || isAnswer(inner))) {
      return withoutEnvelope(inner, depth + 1);
    }
  }
  return answer;
}

function isAnswer(inner: Fields): boolean {
  return [
    "choices",
    "data",
    "embeddings",
    "embedding",
    "results",
    "message",
    "response",
    "text",
  ].some((name) => inner[name] !== undefined && inner[name] !== null);
}
