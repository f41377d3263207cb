import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bringUp } from "../../../local/bring-up.ts";

test("a laptop's stack, which is called with a key, does not start for other callers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bring-up-"));
  const starting = bringUp({
    folder,
    env: { SLUICE_AUTH: "jwt" },
    port: 0,
    say: () => {},
    signal: new AbortController().signal,
  });
  await expect(starting).rejects.toThrow("Unset SLUICE_AUTH");
  rmSync(folder, { recursive: true });
});
