const kept: Buffer[] = [];

process.once("message", () => {
  // Beside the heap, as native code takes memory; slow enough for its watcher to look.
  setInterval(() => kept.push(Buffer.alloc(16 * 1024 * 1024, 1)), 10);
});
