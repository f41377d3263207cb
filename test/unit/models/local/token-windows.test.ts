import * as fc from "fast-check";
import { expect, test } from "vitest";
import { tokenWindows } from "../../../../lambdas/models/local/token-windows.ts";

test("windows hold every token once, in order, none is too large, and their sizes differ by at most one", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { maxLength: 600 }),
      fc.integer({ min: 1, max: 254 }),
      (tokens, size) => {
        const windows = tokenWindows(tokens, size);
        const sizes = windows.map((window) => window.length);
        expect(windows.flat()).toEqual(tokens);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(windows).toHaveLength(Math.max(1, Math.ceil(tokens.length / size)));
      },
    ),
  );
});
