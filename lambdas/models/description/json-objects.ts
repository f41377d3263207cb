/**
 * The JSON objects in what a model said. Without structured output models
 * think aloud first, put the object into a Markdown fence, or say something
 * before and after it.
 */

import { jsonrepair } from "jsonrepair";
import { type Fields, isFields } from "../fields.ts";

/** Ends of reasoning that some servers leave in the content, also without its beginning. */
const endsOfThought =
  /<\/(?:think|thinking|thought|reasoning|reflection)>|<\|channel\|>\s*final\s*<\|message\|>|\[\/THINK\]/gi;
/** Beyond this an answer is no metadata; reading it costs time. */
const readLength = 1_000_000;
/** Metadata is far shorter. Repairing looks back and forth. */
const repairLength = 50_000;
/** Braces that begin no object: each costs a look at the rest. */
const mostAttempts = 400;

/** All complete objects, outermost ones only, what is said after the reasoning first; the last of each part leads. */
export function jsonObjects(said: string): Fields[] {
  const content = unquoted(said.slice(0, readLength));
  const thought = [...content.matchAll(endsOfThought)].at(-1);
  const behind = thought === undefined ? 0 : thought.index + thought[0].length;
  return [
    ...objectsIn(content.slice(behind)).toReversed(),
    ...objectsIn(content.slice(0, behind)).toReversed(),
  ];
}

function objectsIn(text: string): Fields[] {
  const found: Fields[] = [];
  let attempts = 0;
  for (let at = text.indexOf("{"); at !== -1 && attempts < mostAttempts; attempts++) {
    const end = endOfObject(text, at);
    const object = end === undefined ? undefined : parsed(text.slice(at, end));
    if (object !== undefined) found.push(object);
    at = text.indexOf("{", object === undefined || end === undefined ? at + 1 : end);
  }
  return found;
}

/**
 * The object that a model meant where it wrote no JSON: quotes of Python, none around keys, quotes
 * within texts, commas left out. `undefined` where brackets are left open: an answer that was cut off
 * must not look complete.
 */
export function meantObject(said: string): Fields | undefined {
  const answer = behindThought(unquoted(said.slice(0, readLength)));
  const object = answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1);
  if (object === "" || object.length > repairLength || !isClosed(object)) return undefined;
  try {
    const repaired: unknown = JSON.parse(jsonrepair(object));
    return isFields(repaired) ? repaired : undefined;
  } catch {
    return undefined;
  }
}

/** What is said after the reasoning; all of it where no reasoning ends. */
function behindThought(content: string): string {
  const thought = [...content.matchAll(endsOfThought)].at(-1);
  return thought === undefined ? content : content.slice(thought.index + thought[0].length);
}

/** The same, where no reasoning is left open. */
export function withoutThought(said: string): string {
  const answer = behindThought(said.slice(0, readLength));
  return /<think|<\|channel\|>/i.test(answer) ? "" : answer;
}

function isClosed(text: string): boolean {
  const count = (bracket: string) => text.split(bracket).length;
  return count("{") === count("}") && count("[") === count("]");
}

/** Behind the brace that closes the one at `start`. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{") depth += 1;
    else if (character === "}" && --depth === 0) return at + 1;
  }
  return undefined;
}

function parsed(text: string): Fields | undefined {
  for (const candidate of [text, repaired(text)]) {
    try {
      return JSON.parse(candidate) as Fields;
    } catch {
      // The next form.
    }
  }
  return undefined;
}

/** JSON within a JSON string: the object was written twice over. */
function unquoted(text: string): string {
  if (!/^\s*"/.test(text)) return text;
  try {
    const inner: unknown = JSON.parse(text);
    return typeof inner === "string" ? inner : text;
  } catch {
    return text;
  }
}

const pythonWords: Readonly<Record<string, string>> = {
  None: "null",
  True: "true",
  False: "false",
};

/**
 * What small models do wrong most: line breaks inside strings, a comma before a closing bracket,
 * comments, and Python's words for null, true and false.
 */
function repaired(text: string): string {
  const bare = text.replace(
    /"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|\b(?:None|True|False)\b/g,
    (part) => {
      if (/^[/#]/.test(part)) return "";
      const control = (c: string) => JSON.stringify(c).slice(1, -1);
      return pythonWords[part] ?? part.replace(/\p{Cc}/gu, control);
    },
  );
  // Behind a comment that is gone a comma may stand before a bracket as well.
  return bare.replace(/"(?:[^"\\]|\\[\s\S])*"|,(?=\s*[}\]])/g, (part) =>
    part === "," ? "" : part,
  );
}
