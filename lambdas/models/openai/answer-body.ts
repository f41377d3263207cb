/**
 * The JSON of a good answer, in the forms in which bodies hold it: plain, with
 * Python's `NaN`, or as the events of a stream, which some gateways send
 * whether they were asked to or not.
 */
type Fields = Readonly<Record<string, unknown>>;

/** `undefined` if there is none. */
export function jsonOf(body: string): unknown {
  const plain = parsed(body);
  if (plain !== undefined) return plain;
  if (/^\s*(?::|data:|event:|id:)/.test(body)) return ofStream(eventsOf(body));
  // Python writes NaN and Infinity, which JSON does not have.
  return parsed(
    body.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
      part.startsWith('"') ? part : "null",
    ),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Data of one event may stand in several lines. */
function eventsOf(body: string): Fields[] {
  return body.split(/\r?\n\r?\n/).flatMap((event) => {
    const data = event
      .split(/\r?\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).trim())
      .join("\n");
    const json = parsed(data);
    return isFields(json) ? [json] : [];
  });
}

/** One completion of the pieces of one; an event that is a whole answer, or an error, as it is. */
function ofStream(events: readonly Fields[]): unknown {
  const whole = events.find(({ error, data, choices }) => {
    const [choice] = Array.isArray(choices) ? (choices as unknown[]) : [];
    return (
      Boolean(error) || data !== undefined || (isFields(choice) && isFields(choice["message"]))
    );
  });
  if (whole !== undefined || events.length === 0) return whole;
  const choices = events.flatMap(({ choices }) =>
    Array.isArray(choices) ? (choices as unknown[]).slice(0, 1).filter(isFields) : [],
  );
  const deltas = choices.map(({ delta }) => delta).filter(isFields);
  const joined = (name: string) =>
    deltas.map(({ [name]: part }) => (typeof part === "string" ? part : "")).join("");
  const calls = deltas
    .flatMap(({ tool_calls: parts }) => (Array.isArray(parts) ? (parts as unknown[]) : []))
    .map((part) => (isFields(part) && isFields(part["function"]) ? part["function"] : {}))
    .map(({ arguments: part }) => (typeof part === "string" ? part : ""))
    .join("");
  const finish = choices.map(({ finish_reason: reason }) => reason).findLast(Boolean);
  const message = {
    content: joined("content"),
    reasoning_content: joined("reasoning_content"),
    refusal: joined("refusal"),
    ...(calls === "" ? {} : { tool_calls: [{ function: { arguments: calls } }] }),
  };
  const usage = events.map((event) => event["usage"]).findLast(Boolean);
  return { choices: [{ finish_reason: finish, message }], usage };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
