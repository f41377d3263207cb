import { describe, expect, test } from "vitest";
import { fused, type Ranked } from "../../../../lambdas/vectors/lancedb/search/scoring.ts";

const near = (rowId: bigint, vectorScore: number): Ranked => ({
  rowId,
  vectorScore,
  score: (1 + vectorScore) / 2,
});
const worded = (rowId: bigint, bm25: number): Ranked => ({ rowId, score: bm25 / (1 + bm25) });
const places = (hits: readonly Ranked[]) => hits.map(({ rowId }) => Number(rowId));

describe("fusing hits by meaning with hits by words", () => {
  test("scores by how far each is behind the best, and gives 1 to the best of both", () => {
    const hits = fused({
      byMeaning: [near(1n, 0.8), near(2n, 0.7), near(3n, 0.3)],
      byWords: [worded(1n, 12), worded(3n, 9), worded(4n, 3)],
    });
    expect(places(hits)).toEqual([1, 2, 3, 4]);
    expect(hits.map(({ score }) => score)).toEqual([
      expect.closeTo(1),
      expect.closeTo(0.6 * (1 - 0.99 * 0.2)),
      expect.closeTo(0.6 * 0.01 + 0.4 * 0.75),
      expect.closeTo(0.4 * 0.25),
    ]);
  });

  test("a hit that is far ahead in one keeps its place before one that is second in both", () => {
    const hits = fused({
      byMeaning: [near(1n, 0.9), near(2n, 0.4), near(3n, 0.35)],
      byWords: [worded(4n, 10), worded(2n, 5)],
    });
    expect(places(hits)[0]).toBe(1);
  });

  test("cosines that hardly differ are not stretched over the whole range", () => {
    const hits = fused({
      byMeaning: [near(1n, 0.31), near(2n, 0.3)],
      byWords: [worded(2n, 4)],
    });
    expect(places(hits)).toEqual([2, 1]);
  });

  test("keeps equals in the order of their rows, and takes lists that are empty", () => {
    const far = 2n ** 40n;
    const alike = [near(far, 0.5), near(9n, 0.5), near(far + 1n, 0.5)];
    expect(places(fused({ byMeaning: alike, byWords: [] }))).toEqual([
      9,
      Number(far),
      Number(far + 1n),
    ]);
    expect(places(fused({ byMeaning: [], byWords: [worded(1n, 2)] }))).toEqual([1]);
    expect(fused({ byMeaning: [], byWords: [] })).toEqual([]);
  });
});
