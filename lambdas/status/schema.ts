import * as z from "zod";
import { jobStatuses } from "../domain/job.ts";

/** `GET /v1/jobs/{id}`: a long poll when `after_version` is given. */
export const jobQuerySchema = z.strictObject({
  wait_seconds: z.coerce.number().int().min(0).max(20).default(0),
  after_version: z.coerce.number().int().min(0).optional(),
});
export type JobQueryParameters = z.infer<typeof jobQuerySchema>;

/** `GET /v1/jobs` */
export const jobListQuerySchema = z.strictObject({
  status: z.enum(jobStatuses).optional(),
  document_id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
});
export type JobListParameters = z.infer<typeof jobListQuerySchema>;
