import type { CustomField, CustomSchema } from "../contract/custom-schema.ts";

/** Whether a value is one the field allows. */
export function fits(field: CustomField, value: unknown): boolean {
  switch (field.type) {
    case "string":
      return (
        typeof value === "string" &&
        (field.enum === undefined || field.enum.includes(value)) &&
        value.length <= (field.maxLength ?? 2_000)
      );
    case "number":
    case "integer":
      return (
        typeof value === "number" &&
        Number.isFinite(value) &&
        (field.type === "number" || Number.isInteger(value)) &&
        value >= (field.minimum ?? -Infinity) &&
        value <= (field.maximum ?? Infinity)
      );
    case "boolean":
      return typeof value === "boolean";
    case "array":
      return (
        Array.isArray(value) &&
        value.length <= (field.maxItems ?? 50) &&
        value.every((item) => fits(field.items, item))
      );
  }
}

/** A value as its field's type, where a model wrote it as another: `"7"` for 7, one item for a list. */
function asField(field: CustomField, value: unknown): unknown {
  if (fits(field, value)) return value;
  switch (field.type) {
    case "number":
    case "integer":
      return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    case "boolean":
      return value === "true" || (value === "false" ? false : value);
    case "string":
      return typeof value === "number" ? String(value) : value;
    case "array":
      return (Array.isArray(value) ? value : [value]).map((item: unknown) =>
        asField(field.items, item),
      );
  }
}

/**
 * Of what a provider answered, the fields that the schema allows. `undefined`
 * when none is left or a required one is missing: `custom` is valid or absent.
 */
export function acceptCustom(
  schema: CustomSchema,
  candidate: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const accepted = Object.entries(schema.properties).flatMap(([name, field]) => {
    const given = Object.hasOwn(candidate, name) ? candidate[name] : undefined;
    const value = given === null ? undefined : asField(field, given);
    return fits(field, value) ? [[name, value] as const] : [];
  });
  const fields = Object.fromEntries(accepted);
  const complete = (schema.required ?? []).every((name) => Object.hasOwn(fields, name));
  return complete && accepted.length > 0 ? fields : undefined;
}
