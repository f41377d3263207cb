type Json = Record<string, unknown>;

/**
 * A JSON Schema as generators of clients understand it.
 *
 * - `default` becomes a sentence: generators make a field that has one required, though a client may
 *   leave it out.
 * - A pair becomes an array of two: generators know no `prefixItems`.
 * - The bounds of a safe integer are left out: they say nothing about the field.
 */
export function forClients(schema: object): Json {
  return Object.fromEntries(
    Object.entries(withoutDefault(withoutTuple(schema as Json))).flatMap(([key, value]) => {
      if (typeof value === "number" && Math.abs(value) === Number.MAX_SAFE_INTEGER) return [];
      if (key === "properties" || key === "$defs") {
        const named = Object.entries(value as Record<string, Json>);
        return [[key, Object.fromEntries(named.map(([name, of]) => [name, forClients(of)]))]];
      }
      return [[key, inside(value)]];
    }),
  );
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside);
  return typeof value === "object" && value !== null ? forClients(value) : value;
}

function withoutDefault({ default: preset, ...schema }: Json): Json {
  const isEmpty = typeof preset === "object" && preset !== null && Object.keys(preset).length === 0;
  if (preset === undefined || isEmpty) return schema;
  const { description } = schema;
  const before = typeof description === "string" ? `${description}. ` : "";
  const shown = typeof preset === "string" ? preset : JSON.stringify(preset);
  return { ...schema, description: `${before}Default: ${shown}` };
}

function withoutTuple({ prefixItems, items, ...schema }: Json): Json {
  if (!Array.isArray(prefixItems)) return items === undefined ? schema : { ...schema, items };
  const { length } = prefixItems;
  return { ...schema, items: prefixItems[0] as Json, minItems: length, maxItems: length };
}
