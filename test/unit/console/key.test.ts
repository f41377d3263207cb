import { expect, test } from "vitest";
import {
  type Drawer,
  enteredKey,
  forgetKey,
  headerOf,
  isPlausibleKey,
  keepKey,
  keptKey,
  keyInAddress,
} from "../../../console/logic/key.ts";

function drawer(): Drawer {
  const held = new Map<string, string>();
  return {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => held.set(name, value),
    removeItem: (name) => held.delete(name),
  };
}

const drawers = () => ({ session: drawer(), lasting: drawer() });

test.each([true, false])("a key is found again until it is forgotten (lasting: %s)", (lasting) => {
  const kept = drawers();
  expect(keptKey(kept)).toBeUndefined();
  keepKey(kept, "sluice_abc", lasting);
  expect(keptKey(kept)).toBe("sluice_abc");
  forgetKey(kept);
  expect(keptKey(kept)).toBeUndefined();
});

test("a key that shall not last leaves nothing behind when the tab is closed", () => {
  const kept = drawers();
  keepKey(kept, "old", true);
  keepKey(kept, "new", false);
  expect(keptKey(kept)).toBe("new");
  expect(keptKey({ ...kept, session: drawer() })).toBeUndefined();
});

test("the address brings a key along on a laptop only", () => {
  expect(keyInAddress("http://127.0.0.1:8060/v1/console#key=sluice_abc")).toBe("sluice_abc");
  expect(keyInAddress("http://localhost:8060/v1/console#key=sluice_abc")).toBe("sluice_abc");
  // Somebody else's key, sent in a link.
  expect(keyInAddress("https://x.execute-api.eu-west-1.amazonaws.com/v1/console#key=k")).toBe(
    undefined,
  );
  expect(keyInAddress("http://127.0.0.1.evil.example/v1/console#key=k")).toBeUndefined();
});

test("other fragments bring none", () => {
  for (const fragment of ["", "#", "#/jobs/1", "#key=", "#/key=abc"]) {
    expect(keyInAddress(`http://127.0.0.1:8060/v1/console${fragment}`)).toBeUndefined();
  }
});

test("what no header can carry is no key", () => {
  expect(isPlausibleKey("sluice_AbC-123")).toBe(true);
  for (const slip of ["", "two words", "smart”quote", "line\nbreak"]) {
    expect(isPlausibleKey(slip)).toBe(false);
  }
});

const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl";

test("a token may be pasted as a header has it, and is longer than a key may be", () => {
  expect(enteredKey(`  Bearer ${token}\n`)).toBe(token);
  expect(enteredKey(" sluice_abc ")).toBe("sluice_abc");
  expect(isPlausibleKey(`${token}${"x".repeat(2_000)}`)).toBe(true);
  expect(isPlausibleKey("x".repeat(2_000))).toBe(false);
  // No header of this size gets through.
  expect(isPlausibleKey(`${token}${"x".repeat(10_000)}`)).toBe(false);
});

test("a token and a key are sent in the header of each", () => {
  expect(headerOf(token)).toEqual({ authorization: `Bearer ${token}` });
  expect(headerOf("sluice_abc")).toEqual({ "x-api-key": "sluice_abc" });
  expect(headerOf("eyJ.two.")).toEqual({ "x-api-key": "eyJ.two." });
});
