/** The smallest batch that is worth a function, and the largest while a document has few. */
const least = 10;
const most = 25;

/**
 * Chunks in a batch. Documents up to 50 chunks have two batches, which run
 * side by side and hand permits to each other once; each batch more costs a
 * function and a state. Above that progress shows every 25 chunks, and large
 * documents keep to about a hundred batches a stage, so that the execution's
 * history stays under its limit of 25,000 events.
 */
export function batchSize(chunkCount: number): number {
  const half = Math.ceil(chunkCount / 2);
  return Math.max(least, Math.min(most, half), Math.ceil(chunkCount / 100));
}

export function batchCount(chunkCount: number, size: number): number {
  return Math.ceil(chunkCount / size);
}
