import { expect, test } from "vitest";
import { unsupportedPlatform } from "../../infra/bundling/platform.ts";

test("functions are bundled where npm installs the libraries that Lambda runs", () => {
  const lambda = { platform: "linux", arch: "x64", glibc: true };
  expect(unsupportedPlatform(lambda)).toBeUndefined();
  expect(unsupportedPlatform()).toBeUndefined();
});

test.each([
  [{ platform: "darwin", arch: "arm64", glibc: false }, "darwin arm64"],
  [{ platform: "linux", arch: "arm64", glibc: true }, "linux arm64"],
  [{ platform: "linux", arch: "x64", glibc: false }, "Linux without glibc"],
])("fails when the machine is %o, and says how to build", (machine, named) => {
  expect(unsupportedPlatform(machine)).toContain(`(${named})`);
  expect(unsupportedPlatform(machine)).toContain("--platform linux/amd64");
});
