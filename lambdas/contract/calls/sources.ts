/** The JSON of sources: buckets whose objects are ingested by themselves. */
import * as z from "zod";
import { count, pageSize, time } from "../fields.ts";

/** What an object of a source is waiting for, or how it ended. */
export const objectStates = ["stored", "waiting", "working", "removing", "failed"] as const;
export type ObjectStateName = (typeof objectStates)[number];

export const sourceSchema = z
  .object({
    source_id: z.string().describe("The source's name in the deployment's settings"),
    bucket: z.string(),
    prefix: z.string(),
    status: z.enum(["active", "paused"]).describe("While paused, no object is ingested or removed"),
    paused_since: time.optional(),
    objects: z
      .object({
        total: count.describe("Objects of the bucket that belong to the source, as far as noticed"),
        stored: count.describe("Searchable as they are in the bucket"),
        waiting: count.describe("Changed or new, and not yet ingested"),
        working: count.describe("A job runs, or the document is being removed"),
        removing: count.describe("Deleted from the bucket, and still searchable"),
        failed: count.describe("Not ingested; tried again when they change"),
      })
      .meta({ id: "SourceCounts" })
      .describe("Recounted by a sync that nothing disturbs; after a crash off by a few until then"),
    sync: z.object({
      status: z.enum(["never", "running", "done"]),
      started_at: time.optional(),
      completed_at: time.optional(),
      listed: count.describe("Objects that the running sync, or the last one, has seen"),
    }),
    problem: z
      .object({ at: time, message: z.string() })
      .optional()
      .describe("Why the bucket could not be read, when that was tried last"),
  })
  .meta({ id: "Source" });

export type SourceAnswer = z.infer<typeof sourceSchema>;

/** `GET /v1/sources` */
export const sourceListSchema = z
  .object({ sources: z.array(sourceSchema) })
  .meta({ id: "SourceList" });

export type SourceListAnswer = z.infer<typeof sourceListSchema>;

/** `GET /v1/sources/{id}/objects` */
export const sourceObjectsQuerySchema = z.strictObject({
  status: z.enum(["failed", "waiting", "working", "removing"]).default("failed"),
  limit: pageSize,
  cursor: z.string().optional(),
});

export type SourceObjectsParameters = z.infer<typeof sourceObjectsQuerySchema>;

export const sourceObjectsSchema = z
  .object({
    objects: z.array(
      z.object({
        key: z.string(),
        document_id: z.string(),
        status: z.enum(objectStates),
        size_bytes: count.optional(),
        job_id: z.string().optional(),
        error: z.object({ code: z.string(), message: z.string(), at: time }).optional(),
      }),
    ),
    next_cursor: z.string().optional(),
  })
  .meta({ id: "SourceObjects" });

export type SourceObjectsAnswer = z.infer<typeof sourceObjectsSchema>;
