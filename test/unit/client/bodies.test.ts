/**
 * Bodies that the API accepts, as values of the types that `openapi-typescript` makes with its
 * default flags: `npm run check` compiles them, and here the API's own schemas accept them.
 */
import { expect, test } from "vitest";
import type { Schemas } from "../../../client/typescript/index.ts";
import { intakeRequestSchema } from "../../../lambdas/contract/calls/admission-switch.ts";
import { ingestRequestSchema } from "../../../lambdas/contract/calls/ingest.ts";
import { searchRequestSchema } from "../../../lambdas/contract/calls/search.ts";
import { uploadRequestSchema } from "../../../lambdas/contract/calls/uploads.ts";

const documents: Schemas["IngestRequest"][] = [
  { text: "A text." },
  { upload_id: "01KB8Z3V6Q0W4D9J7M2T5R1XYB" },
  { text: "A text.", options: {} },
  { text: "A text.", options: { chunking: {} } },
  { text: "A text.", options: { chunking: { overlap_tokens: 10 } } },
  { text: "A text.", options: { chunking: { strategy: "markdown", max_tokens: 100 } } },
  { text: "A text.", attributes: {} },
  {
    text: "A text.",
    document_id: "a",
    title: "A",
    content_type: "text/markdown",
    filename: "a.md",
    attributes: { team: "legal", year: 2026, final: true },
    options: {
      metadata: {
        schema: {
          type: "object",
          properties: {
            parties: { type: "array", items: { type: "string" } },
            amount: { type: "number", minimum: 0 },
            due: { type: "string", format: "date", description: "When it is due" },
            signed: { type: "boolean" },
          },
          required: ["amount"],
          additionalProperties: false,
        },
      },
    },
  },
];

const searches: Schemas["SearchRequest"][] = [
  { query: "leave" },
  { query: "leave", limit: 5 },
  { query: "leave", mode: "text", filter: {} },
  { query: "leave", filter: { document_id: "a", language: { in: ["en", "de"] } } },
  { query: "leave", filter: { attributes: { year: { gte: 2020, lt: 2024 }, team: "legal" } } },
  { query: "leave", filter: { attributes: { team: { in: ["legal", "people"] }, final: true } } },
  { query: "leave", context: 1, group_by: "document", unique: true, min_score: 0.2, offset: 10 },
];

const uploads: Schemas["UploadRequest"][] = [
  { content_type: "application/pdf", size_bytes: 1 },
  { content_type: "application/pdf", size_bytes: 1, filename: "a.pdf" },
];

const switches: Schemas["IntakeRequest"][] = [{ paused: false }, { paused: true, reason: "Move" }];

test.each([
  ["documents", ingestRequestSchema, documents],
  ["searches", searchRequestSchema, searches],
  ["uploads", uploadRequestSchema, uploads],
  ["switches", intakeRequestSchema, switches],
] as const)("the API accepts what the generated types allow: %s", (_, schema, bodies) => {
  for (const body of bodies) {
    expect({ body, error: schema.safeParse(body).error }).toEqual({ body, error: undefined });
  }
});

test("the generated types refuse what the API refuses", () => {
  const wrong: unknown[] = [
    // @ts-expect-error a document needs its text or an upload
    { title: "A" } satisfies Schemas["IngestRequest"],
    // @ts-expect-error no such field
    { text: "A", titel: "A" } satisfies Schemas["IngestRequest"],
    // @ts-expect-error no such strategy
    { text: "A", options: { chunking: { strategy: "pages" } } } satisfies Schemas["IngestRequest"],
  ];
  for (const body of wrong) expect(ingestRequestSchema.safeParse(body).success).toBe(false);
});
