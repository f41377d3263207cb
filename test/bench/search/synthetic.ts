/** Chunks as many as wanted, the same each time: vectors in clusters, texts of frequent and rare words. */

/** Uniform from 0 to below 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const clusters = 500;
const centres = new Map<number, Float32Array>();

function noise(seed: number, dimensions: number): Float32Array {
  const random = randomOf(seed);
  return Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
}

/** Texts lie in clusters of topics: a vector is its topic's, turned by as much again of its own. */
export function vectorNear(key: number, dimensions: number, spread = 1): Float32Array {
  const cluster = Math.floor(randomOf(key)() * clusters);
  const centre = centres.get(cluster) ?? noise(cluster + 1, dimensions);
  centres.set(cluster, centre);
  const own = noise(key + 1_000_003, dimensions);
  const vector = own.map((value, i) => value * spread + (centre[i] ?? 0));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** About 250 words; the nth most frequent word is n times as rare as the first. */
export function fillerText(key: number): string {
  const random = randomOf(key + 17);
  const words = Array.from({ length: 250 }, () => `w${Math.floor(Math.exp(random() * 11.5))}`);
  return words.join(" ");
}
