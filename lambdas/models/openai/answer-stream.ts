/** One completion of the pieces of one. */
import { type Fields, isFields } from "../fields.ts";
import { spoken } from "./spoken.ts";

/** Why an answer ends whose stream does not say that it ended. */
export const brokenOff = "end_of_stream";

/**
 * An event that is a whole answer, or an error, is taken as it is.
 * @param hasEnded Whether the stream says so at its end, `[DONE]`
 */
export function answerOfEvents(events: readonly Fields[], hasEnded: boolean): unknown {
  const whole = events.find(({ error, data, choices }) => {
    const [choice] = Array.isArray(choices) ? (choices as unknown[]) : [];
    return (
      Boolean(error) || data !== undefined || (isFields(choice) && isFields(choice["message"]))
    );
  });
  if (whole !== undefined) return whole;
  const choices = events.flatMap(({ choices, message, done_reason }) => {
    if (Array.isArray(choices)) return (choices as unknown[]).slice(0, 1).filter(isFields);
    // As Ollama streams.
    return isFields(message) ? [{ delta: message, finish_reason: done_reason }] : [];
  });
  const deltas = choices.map(({ delta }) => delta).filter(isFields);
  const joined = (name: string) =>
    deltas
      .flatMap(({ [name]: part }) => spoken(part).slice(0, 1))
      .map((part) => (typeof part === "string" ? part : ""))
      .join("");
  const calls = deltas
    .flatMap(({ tool_calls: parts }) => (Array.isArray(parts) ? (parts as unknown[]) : []))
    .map((part) => (isFields(part) && isFields(part["function"]) ? part["function"] : {}))
    .map(({ arguments: part }) => (typeof part === "string" ? part : ""))
    .join("");
  const finish = choices.map(({ finish_reason: reason }) => reason).findLast(Boolean);
  const isWhole =
    hasEnded || events.some(({ done, type }) => done === true || type === "message_stop");
  const message = {
    content: joined("content"),
    reasoning_content: joined("reasoning_content"),
    refusal: joined("refusal"),
    ...(calls === "" ? {} : { tool_calls: [{ function: { arguments: calls } }] }),
  };
  const usage = events.map((event) => event["usage"]).findLast(Boolean);
  return {
    choices: [{ finish_reason: finish ?? (isWhole ? undefined : brokenOff), message }],
    usage,
  };
}
