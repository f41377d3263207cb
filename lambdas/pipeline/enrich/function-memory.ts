/** MB. Lambda gives CPU in proportion: 1,769 MB are one core. */
const wholeCore = 1_769;
/** A function that waits for a hosted model needs memory for its texts, and hardly any CPU. */
const waiting = 512;

/** What a batch's function needs with a provider. */
export function memoryMbFor(provider: string): number {
  return provider === "local" ? wholeCore : waiting;
}
