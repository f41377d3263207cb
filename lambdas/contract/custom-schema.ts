/**
 * A caller's own metadata fields (`options.metadata.schema`): a small, closed subset of JSON
 * Schema. It has no nesting, patterns or references, so every provider understands it, local
 * extraction can fill it, and no schema can make validation slow.
 */
import * as z from "zod";

const description = z.string().max(500).optional();

/** A hint for the model; values are validated by type only. */
const format = z.enum(["date", "date-time", "email", "uri"]).optional();

const scalarField = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("string"),
    description,
    format,
    enum: z.array(z.string().min(1).max(200)).min(1).max(50).optional(),
    maxLength: z.int().min(1).max(2_000).optional(),
  }),
  z.strictObject({
    type: z.enum(["number", "integer"]),
    description,
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  }),
  z.strictObject({ type: z.literal("boolean"), description }),
]);

const listField = z.strictObject({
  type: z.literal("array"),
  description,
  items: scalarField,
  maxItems: z.int().min(1).max(50).optional(),
});

export const customSchema = z
  .strictObject({
    $schema: z.string().max(200).optional(),
    title: z.string().max(200).optional(),
    description,
    type: z.literal("object"),
    properties: z
      .record(
        z
          .string()
          .regex(
            /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
            "must start with a letter and have at most 64 letters, digits and underscores",
          ),
        z.union([scalarField, listField], {
          error:
            "must have the type string, number, integer, boolean or array, and only the keywords of that type",
        }),
      )
      .refine((fields) => Object.keys(fields).length > 0, "must have at least one field")
      .refine((fields) => Object.keys(fields).length <= 20, "must have at most 20 fields"),
    required: z.array(z.string()).max(20).optional(),
    additionalProperties: z.literal(false).optional(),
  })
  .refine(
    (schema) => (schema.required ?? []).every((name) => Object.hasOwn(schema.properties, name)),
    { path: ["required"], message: "must list only fields that are in properties" },
  )
  .meta({ id: "MetadataSchema" });

export type CustomSchema = z.infer<typeof customSchema>;

export type CustomField = CustomSchema["properties"][string];

export type ScalarField = z.infer<typeof scalarField>;
