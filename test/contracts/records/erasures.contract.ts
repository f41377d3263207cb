import { beforeEach, describe, expect, test } from "vitest";
import type { Erasures } from "../../../lambdas/records/erasures/erasures.ts";

export function erasuresContract(name: string, open: () => Promise<() => Erasures>): void {
  describe(`erasures in ${name}`, () => {
    let erasures: Erasures;
    beforeEach(async () => {
      erasures = (await open())();
    });
    const of = (documentId: string, version = 2) => ({
      tenant: "acme",
      documentId,
      version,
      askedAtMs: 1_000,
    });

    test("are pending until they are done, in the order of their ids", async () => {
      await erasures.ask(of("b"));
      await erasures.ask(of("a"));
      await erasures.ask({ ...of("a"), tenant: "globex" });
      expect(await erasures.pending(10)).toEqual([
        of("a"),
        of("b"),
        { ...of("a"), tenant: "globex" },
      ]);
      expect(await erasures.pending(2)).toHaveLength(2);
      expect(await erasures.pending(1, of("a"))).toEqual([of("b")]);
      expect(await erasures.pending(5, of("b"))).toEqual([{ ...of("a"), tenant: "globex" }]);
      await erasures.done(of("a"));
      expect(await erasures.pending(1)).toEqual([of("b")]);
    });

    test("of a document that was removed again meanwhile stay", async () => {
      await erasures.ask(of("a"));
      await erasures.ask(of("a", 5));
      await erasures.done(of("a"));
      expect(await erasures.pending(10)).toEqual([of("a", 5)]);
    });
  });
}
