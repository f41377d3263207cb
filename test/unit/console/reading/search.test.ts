import { expect, describe as group, test } from "vitest";
import { attributeFilter } from "../../../../console/logic/reading/attribute.ts";
import {
  byDocument,
  readable,
  reference,
  whyFound,
} from "../../../../console/logic/reading/results.ts";
import { titlesOf } from "../../../../console/logic/reading/titles.ts";
import type { SearchAnswer } from "../../../../lambdas/contract/calls/search.ts";

type Result = SearchAnswer["results"][number];
const result = (changes: Partial<Result> = {}): Result => ({
  document_id: "report.pdf",
  document_version: 2,
  chunk_index: 5,
  text: "The bridge.",
  score: 0.871,
  ...changes,
});

group("an attribute to search by", () => {
  test("is asked for in each type that it may have been sent in", () => {
    expect(attributeFilter("status=final")).toEqual({ status: { in: ["final"] } });
    expect(attributeFilter("year = 2026")).toEqual({ year: { in: ["2026", 2026] } });
    expect(attributeFilter("open=true")).toEqual({ open: { in: ["true", true] } });
    expect(attributeFilter("formula=a=b")).toEqual({ formula: { in: ["a=b"] } });
  });

  test("is nothing without a name or a value", () => {
    for (const text of ["", "year", "=2026", "year=", " = "]) {
      expect(attributeFilter(text)).toBeUndefined();
    }
  });
});

group("documents by their titles", () => {
  const titles = titlesOf([
    { document_id: "a.pdf", title: "Report" },
    { document_id: "b.pdf", title: "Report" },
    { document_id: "c.pdf", title: "Handbook" },
    { document_id: "d.pdf" },
  ]);

  test("have the id behind a title that is not the only one", () => {
    expect(titles.labels).toEqual(["Report (a.pdf)", "Report (b.pdf)", "Handbook", "d.pdf"]);
    expect(titles.labelOf("c.pdf")).toBe("Handbook");
  });

  test("are found by title and by id, and an unknown text is taken for an id", () => {
    expect(titles.idOf("Handbook")).toBe("c.pdf");
    expect(titles.idOf("Report (b.pdf)")).toBe("b.pdf");
    expect(titles.idOf("a.pdf")).toBe("a.pdf");
    expect(titles.idOf("elsewhere.pdf")).toBe("elsewhere.pdf");
    expect(titles.labelOf("elsewhere.pdf")).toBe("elsewhere.pdf");
  });
});

group("results", () => {
  test("are grouped by document, in the order of each document's best passage", () => {
    const groups = byDocument([
      result({ chunk_index: 1, title: "Report" }),
      result({ document_id: "other", chunk_index: 0 }),
      result({ chunk_index: 7, title: "Report" }),
    ]);
    expect(groups.map(({ title, results }) => [title, results.map((r) => r.chunk_index)])).toEqual([
      ["Report", [1, 7]],
      ["other", [0]],
    ]);
  });

  test("say why they were found", () => {
    expect(whyFound(result({ vector_rank: 1, vector_score: 0.712, text_rank: 3 }))).toEqual([
      "Rank 1 by meaning (cosine 0.71)",
      "Rank 3 by words",
      "Score 0.87, comparable within this search only",
    ]);
    expect(whyFound(result({ text_rank: 1, rerank_score: 0.9 }))).toContain("Not found by meaning");
  });

  test("are cited by title, place, version and chunk", () => {
    expect(reference(result({ title: "Report", pages: [3, 4] }))).toBe(
      "Report, pages 3 to 4 (report.pdf, version 2, chunk 5)",
    );
    expect(reference(result())).toBe("report.pdf (report.pdf, version 2, chunk 5)");
  });
});

test("a passage is shown as plain text, without the marks of its headings", () => {
  expect(readable("## Masonry\n\n```\nkeep\n```\n\n\nThe **piers**.")).toBe(
    "Masonry\n\nkeep\n\nThe piers.",
  );
});
