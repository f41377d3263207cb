/**
 * Chunks in a batch. Small documents show progress often; large ones keep to
 * about a hundred batches a stage, so that the execution's history stays
 * under its limit of 25,000 events.
 */
export function batchSize(chunkCount: number): number {
  return Math.max(10, Math.ceil(chunkCount / 100));
}

export function batchCount(chunkCount: number, size: number): number {
  return Math.ceil(chunkCount / size);
}
