/** The emulator's folder of unpacked code, by its own Python. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { repository } from "../../../ops/paths.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-code-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Archives of 1,000 bytes each, of which `a` was used first and `c` last. */
const preamble = `
import io, os, sys, zipfile
sys.path.insert(0, "local/emulator")
from code_cache import UnpackedCode
folder = sys.argv[1]
def use(code, name, at):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        script = zipfile.ZipInfo("bootstrap")
        script.external_attr = 0o755 << 16
        packed.writestr(script, name * 1000)
    path = code.path_of(archive.getvalue(), name * 64)
    os.utime(path + ".used", (at, at))
    return path
def fill():
    code = UnpackedCode(folder)
    for at, name in enumerate("abc"):
        path = use(code, name, at)
        assert os.access(os.path.join(path, "bootstrap"), os.X_OK)
    return code
`;

/** @returns what is left in the folder, and what the script printed */
function left(script: string): { folders: string[]; said: string } {
  const said = execFileSync("python3", ["-c", preamble + script, folder], {
    cwd: repository,
    encoding: "utf8",
  });
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name.slice(0, 1))
    .toSorted((a, b) => a.localeCompare(b));
  return { folders, said };
}

test("code that was not used for longest is removed when there is too much of it", () => {
  left("fill()");
  const { folders } = left("UnpackedCode(folder, kept_bytes=2_500).remove_old()");
  expect(folders).toEqual(["b", "c"]);
});

test("code that an emulator runs is kept, however much there is", () => {
  const { folders } = left(`
running = fill()
UnpackedCode(folder, kept_bytes=0).remove_old()
`);
  expect(folders).toEqual(["a", "b", "c"]);
});

test("code that was half unpacked by a killed emulator is removed, and unpacked by the next", () => {
  const { folders, said } = left(`
os.makedirs(os.path.join(folder, "partial-1"))
code = UnpackedCode(folder)
code.remove_old()
print(os.listdir(use(code, "a", 0)))
`);
  expect([folders, said]).toEqual([["a"], "['bootstrap']\n"]);
});
