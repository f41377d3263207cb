import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { LocalFolder, runCommand } from "../support/cli/command.ts";

const folder = new LocalFolder().withEmulator();
afterAll(() => folder.remove());

function demo(...files: string[]) {
  return runCommand("local/demo.ts", files, { env: { SLUICE_FOLDER: folder.path } });
}

test("npm run demo ingests the examples, shows their progress, finds a passage, and leaves nothing running", async () => {
  const command = demo();
  expect([await command.ended, command.output()]).toMatchObject([0, expect.anything()]);
  const output = command.output();
  for (const name of [
    "incident-review.md",
    "keepers-handbook.md",
    "letter-from-the-observatory.txt",
  ]) {
    expect(output).toMatch(new RegExp(`^${name}: .*(metadata|embeddings|storage)`, "m"));
    expect(output).toMatch(new RegExp(`^${name}: completed`, "m"));
  }
  // The passage that answers the question, which shares few words with it.
  expect(output.replace(/\s+/g, " ")).toMatch("wake the second keeper");
  expect(await folder.leftAfter(2_000)).toEqual([]);
});

test("npm run demo says which file it cannot read, and starts nothing", async () => {
  const command = demo(join(folder.path, "missing.md"));
  expect(await command.ended).toBe(1);
  expect(command.output()).toMatch("missing.md does not exist");
  expect(command.output()).not.toMatch("emulator");
});
