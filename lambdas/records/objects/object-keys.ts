/** Where a job's texts and batches lie in the object store, and how content is addressed. */
/** Everything of jobs lies under this. */
export const jobsPrefix = "jobs/";

/** What was uploaded lies under this until it is ingested. */
export const uploadsPrefix = "uploads/";

/** Object keys of a job; everything of it lies under `prefix`. */
export function objectKeys(jobId: string) {
  const prefix = `${jobsPrefix}${jobId}/`;
  return {
    prefix,
    /** The file as it was sent. */
    original: `${prefix}original`,
    /** Its content as Markdown, or plain text as it is. */
    text: `${prefix}text`,
    /** From which page, slide or sheet each part of the text comes. */
    places: `${prefix}places.json`,
    /** A file within the document, by its place. */
    attachment: (index: number) => `${prefix}attachments/${index}`,
    chunks: (batch: number) => `${prefix}chunks/${batch}.json`,
    /** What an attempt made of a batch. */
    described: (batch: number, attempt: number) =>
      `${prefix}metadata/${batch}${attempt === 1 ? "" : `-${attempt}`}.json`,
    vectors: (batch: number) => `${prefix}vectors/${batch}.f32`,
  };
}
