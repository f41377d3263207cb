import { describe, expect, test } from "vitest";
import { fused, type Ranked } from "../../../../lambdas/vectors/lancedb/search/scoring.ts";

const key = (name: string, version = 1) => ({
  documentId: name.slice(0, 1),
  index: Number(name.slice(1)),
  version,
  rowId: 0n,
});
const near = (name: string, vectorScore: number, version = 1): Ranked => ({
  ...key(name, version),
  vectorScore,
  score: (1 + vectorScore) / 2,
});
const worded = (name: string, bm25: number, version = 1): Ranked => ({
  ...key(name, version),
  score: bm25 / (1 + bm25),
});
const places = (hits: readonly Ranked[]) => hits.map((h) => `${h.documentId}${h.index}`);

describe("fusing hits by meaning with hits by words", () => {
  test("scores by how far each is behind the best, and gives 1 to the best of both", () => {
    const hits = fused({
      byMeaning: [near("a0", 0.8), near("b0", 0.7), near("c0", 0.3)],
      byWords: [worded("a0", 12), worded("c0", 9), worded("d0", 3)],
    });
    expect(places(hits)).toEqual(["a0", "b0", "c0", "d0"]);
    expect(hits.map(({ score }) => score)).toEqual([
      expect.closeTo(1),
      expect.closeTo(0.6 * 0.8),
      expect.closeTo(0.4 * 0.75),
      expect.closeTo(0.4 * 0.25),
    ]);
  });

  test("a hit that is far ahead in one keeps its place before one that is second in both", () => {
    const hits = fused({
      byMeaning: [near("a0", 0.9), near("b0", 0.4), near("c0", 0.35)],
      byWords: [worded("d0", 10), worded("b0", 5)],
    });
    expect(places(hits)[0]).toBe("a0");
  });

  test("cosines that hardly differ are not stretched over the whole range", () => {
    const hits = fused({
      byMeaning: [near("a0", 0.31), near("b0", 0.3)],
      byWords: [worded("b0", 4)],
    });
    expect(places(hits)).toEqual(["b0", "a0"]);
  });

  test("keeps equals in order of document and index, and takes lists that are empty", () => {
    const alike = [near("b1", 0.5), near("a9", 0.5), near("b0", 0.5)];
    expect(places(fused({ byMeaning: alike, byWords: [] }))).toEqual(["a9", "b0", "b1"]);
    expect(places(fused({ byMeaning: [], byWords: [worded("a1", 2)] }))).toEqual(["a1"]);
    expect(fused({ byMeaning: [], byWords: [] })).toEqual([]);
  });

  test("keeps a document to one version when a commit fell between the two searches", () => {
    const hits = fused({
      byMeaning: [near("a0", 0.9, 1), near("a7", 0.8, 1), near("b0", 0.7, 1)],
      byWords: [worded("a0", 5, 2), worded("b0", 4, 1)],
    });
    expect(hits.map((h) => `${h.documentId}${h.index} v${h.version}`)).toEqual(["b0 v1", "a0 v2"]);
  });
});
