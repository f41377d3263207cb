import { describe, expect, test } from "vitest";
import { ObjectMissingError, type ObjectStore } from "../../../lambdas/records/objects/objects.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

/** `open` answers a new, empty store. */
export function objectsContract(name: string, open: () => Promise<ObjectStore>): void {
  describe(`objects: ${name}`, () => {
    test.each([
      ["text of any script", "Grüße 東京 😀 <|im_start|>\r\n\0"],
      ["nothing", ""],
      ["a megabyte", "0123456789abcdef".repeat(65_536)],
    ])("%s comes back as it was put", async (_, body) => {
      const objects = await open();
      await objects.put("jobs/one/text", body);
      expect(text(await objects.get("jobs/one/text")) === body).toBe(true);
    });

    test("bytes come back as they were put, also those of a view", async () => {
      const objects = await open();
      const bytes = Uint8Array.from({ length: 1_024 }, (_, i) => i % 256);
      await objects.put("bytes", bytes.subarray(3, 1_000));
      expect(new Uint8Array(await objects.get("bytes"))).toEqual(bytes.slice(3, 1_000));
    });

    test("a put replaces the object whole", async () => {
      const objects = await open();
      await objects.put("key", "a long body that came first");
      await objects.put("key", "short");
      expect(text(await objects.get("key"))).toBe("short");
    });

    test("what is not there is told by an error that names it", async () => {
      const objects = await open();
      await objects.put("jobs/one/text", "text");
      const missing = objects.get("jobs/one");
      await expect(missing).rejects.toThrow(ObjectMissingError);
      await expect(missing).rejects.toThrow(/jobs\/one /);
      const link = { contentType: "text/plain", filename: "a.txt", nowMs: 0, validMs: 1_000 };
      await expect(objects.link("jobs/one", link)).rejects.toThrow(ObjectMissingError);
    });

    test("all under a prefix is removed, and nothing beside it", async () => {
      const objects = await open();
      const gone = ["jobs/1/text", "jobs/1/chunks/0.json", "jobs/1/ü & <b>/x"];
      const kept = ["jobs/10/text", "jobs/1.5/text", "jobs/1", "other/jobs/1/text"];
      for (const key of [...gone, ...kept]) await objects.put(key, key);
      await objects.removeAll("jobs/1/");
      await objects.removeAll("jobs/1/");
      await objects.removeAll("jobs/none/");
      for (const key of gone) await expect(objects.get(key)).rejects.toThrow(ObjectMissingError);
      for (const key of kept) expect(text(await objects.get(key))).toBe(key);
    });

    test("more objects than one request may name are removed", async () => {
      const objects = await open();
      const keys = [...Array(1_050).keys()].map((i) => `many/${i}`);
      for (let from = 0; from < keys.length; from += 50) {
        await Promise.all(keys.slice(from, from + 50).map((key) => objects.put(key, "x")));
      }
      await objects.removeAll("many/");
      for (const key of [keys[0]!, keys[999]!, keys[1_000]!, keys[1_049]!]) {
        await expect(objects.get(key)).rejects.toThrow(ObjectMissingError);
      }
    });
  });
}
