import { expect, test } from "vitest";
import { matches, typeOf } from "../../../../console/logic/reading/document-filter.ts";

const report = {
  document_id: "reports:2026:bridge.pdf",
  title: "Brücke, Abschlussbericht",
  content_type: "application/pdf",
  attributes: { year: 2026, status: "Final" },
};

test("a document is found by words of its title and id, in any order, case and accent", () => {
  expect(matches(report, "", "")).toBe(true);
  expect(matches(report, "brucke", "")).toBe(true);
  expect(matches(report, "2026 BERICHT", "")).toBe(true);
  expect(matches(report, "brücke tunnel", "")).toBe(false);
});

test("a document is found by an attribute, whole", () => {
  expect(matches(report, "year=2026", "")).toBe(true);
  expect(matches(report, "status=final brücke", "")).toBe(true);
  expect(matches(report, "year=20", "")).toBe(false);
});

test("a document is found by its type, of its content or else of its name", () => {
  expect(typeOf(report)).toBe("PDF");
  expect(typeOf({ document_id: "notes.docx" })).toBe("Word document");
  expect(typeOf({ document_id: "notes" })).toBe("other");
  expect(matches(report, "", "PDF")).toBe(true);
  expect(matches(report, "", "Word document")).toBe(false);
});
