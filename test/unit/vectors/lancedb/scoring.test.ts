import { describe, expect, test } from "vitest";
import { fused } from "../../../../lambdas/vectors/lancedb/search/scoring.ts";

const hit = (documentId: string, index: number, version = 1) => ({
  documentId,
  index,
  version,
  rowId: 0n,
  score: 0.3,
});
const places = (hits: ReturnType<typeof fused>) => hits.map((h) => `${h.documentId}${h.index}`);

describe("fusing two lists of hits", () => {
  test("puts what both have before what one has, and scores by rank alone", () => {
    const hits = fused([
      [hit("a", 0), hit("b", 0), hit("c", 0)],
      [hit("c", 0), hit("a", 0)],
    ]);
    expect(places(hits)).toEqual(["a0", "c0", "b0"]);
    expect(hits.map((h) => h.score)).toEqual([
      expect.closeTo((1 + 60 / 61) / 2),
      expect.closeTo((1 + 60 / 62) / 2),
      expect.closeTo(60 / 61 / 2),
    ]);
  });

  test("gives 1 to the best of both and keeps equals in order of document and index", () => {
    expect(fused([[hit("a", 0)], [hit("a", 0)]])[0]?.score).toBe(1);
    expect(places(fused([[hit("b", 1)], [hit("a", 9)]]))).toEqual(["a9", "b1"]);
    expect(places(fused([[hit("b", 1)], [hit("b", 0)]]))).toEqual(["b0", "b1"]);
  });

  test("keeps a document to one version when a commit fell between the two searches", () => {
    const hits = fused([
      [hit("a", 0, 1), hit("a", 7, 1), hit("b", 0, 1)],
      [hit("a", 0, 2), hit("b", 0, 1)],
    ]);
    expect(hits.map((h) => `${h.documentId}${h.index} v${h.version}`)).toEqual(["b0 v1", "a0 v2"]);
  });
});
