/** The extract function: the parser's own deadline (`bounds.ts`), and the file's way from and to S3. */
export const extractTimeoutSeconds = 120;

/** The chunk function: 50 MB of the slowest text to cut, with room. */
export const chunkTimeoutSeconds = 300;

/** A run erases as many removed documents as it has time for. */
export const eraseTimeoutSeconds = 600;
