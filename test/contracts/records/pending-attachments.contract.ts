import { describe, expect, test } from "vitest";
import type { PendingAttachments } from "../../../lambdas/records/attachments/pending-attachments.ts";

/** `open` answers a maker of instances that share one new set of notes. */
export function pendingAttachmentsContract(
  name: string,
  open: () => Promise<() => PendingAttachments>,
): void {
  describe(`pending attachments: ${name}`, () => {
    test("lists each noted job once, for every instance, until it is forgotten", async () => {
      const instance = await open();
      expect(await instance().list()).toEqual([]);
      for (const jobId of ["job-b", "job-a", "job-b"]) await instance().note(jobId);
      expect(await instance().list()).toEqual(["job-a", "job-b"]);
      await instance().forget("job-a");
      await instance().forget("job-a");
      expect(await instance().list()).toEqual(["job-b"]);
    });
  });
}
