/** Checks on parsed JSON that no schema makes: every name and every text must survive storage unchanged. */
import { invalidRequest } from "./refusals.ts";

/**
 * Schemas leave out a field named `__proto__` without a word. JSON can escape half of a surrogate
 * pair, which UTF-8 cannot store. Both are looked for before any schema, in every value.
 * Without recursion: a body may be nested deeper than the stack.
 * @throws RequestRefusedError `invalid_request` with the place
 */
export function refuseUnstorable(input: unknown): void {
  const waiting = [{ value: input, path: "" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (typeof value === "string" && !value.isWellFormed()) refuse(path, halfCharacter);
    if (typeof value !== "object" || value === null) continue;
    for (const [name, inside] of Object.entries(value)) {
      if (!name.isWellFormed()) refuse(path, `has a name that ${halfCharacter}`);
      const place = path === "" ? name : `${path}.${name}`;
      if (name === "__proto__") refuse(place, "is not allowed as a name; use another name");
      waiting.push({ value: inside as unknown, path: place.slice(0, 200) });
    }
  }
}

const halfCharacter =
  "contains an incomplete character (a lone surrogate). Encode it as UTF-8 and send it again";

function refuse(path: string, message: string): never {
  throw invalidRequest([{ path, message }]);
}
