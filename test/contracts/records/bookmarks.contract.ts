import { describe, expect, test } from "vitest";
import type { Bookmarks } from "../../../lambdas/records/bookmarks/bookmarks.ts";

/** `open` answers a maker of instances that share one new set of bookmarks. */
export function bookmarksContract(name: string, open: () => Promise<() => Bookmarks>): void {
  describe(`bookmarks: ${name}`, () => {
    test("the place that was written last is read by every instance, for each name its own", async () => {
      const instance = await open();
      expect(await instance().read("upkeep")).toBeUndefined();
      await instance().write("upkeep", "tenant-1");
      await instance().write("upkeep", "tenant-2");
      await instance().write("other", "elsewhere");
      expect(await instance().read("upkeep")).toBe("tenant-2");
      await instance().write("upkeep", "");
      expect(await instance().read("upkeep")).toBe("");
    });
  });
}
