import type { Match, WireFilter } from "../../contract/calls/search.ts";
import type { Filter, FilterCondition } from "../../vectors/filter.ts";

export function toFilter(filter: WireFilter): Filter {
  const { document_id, language, attributes = {}, custom = {} } = filter;
  return [
    ...(document_id === undefined ? [] : [condition("document_id", document_id)]),
    ...(language === undefined ? [] : [condition("language", language)]),
    ...Object.entries(attributes).map(([name, of]) => condition(`attributes.${name}`, of)),
    ...Object.entries(custom).map(([name, of]) => condition(`custom.${name}`, of)),
  ];
}

function condition(field: FilterCondition["field"], of: Match): FilterCondition {
  if (typeof of !== "object") return { field, op: "eq", value: of };
  if ("in" in of) return { field, op: "in", values: of.in };
  const bounds = Object.entries(of).filter(([, limit]) => limit !== undefined);
  return { field, op: "range", ...Object.fromEntries(bounds) };
}
