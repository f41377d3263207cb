/**
 * What length of a text an endpoint takes, as far as its answers have shown. Its tokenizer is not
 * known, so lengths are in UTF-16 units, and texts of the same length can differ.
 *
 * A text that was refused and the windows of it that were taken leave a range between them. Two
 * refused calls may be spent on it; then whatever is in it counts as too long. So a process pays
 * for a few refusals, however many texts it has.
 */
import { textWindows } from "./text-windows.ts";

const mostProbes = 2;
/** No window is shorter: what is refused then is not refused for its length. */
const shortestWindow = 64;

export interface ByLength {
  readonly long: readonly number[];
  /** None of them is known to be too long, or they are known not to be. */
  readonly taken: readonly number[];
  /** The shorter half of those that may be too long. */
  readonly unsure: readonly number[];
}

export class TextLengths {
  #tooLong = Infinity;
  /** Known once something was too long. */
  #taken = Infinity;
  #probes = 0;

  /** @param positions of texts, whose length `lengthOf` answers */
  sort(positions: readonly number[], lengthOf: (at: number) => number): ByLength {
    const tooLong = this.#probes < mostProbes ? this.#tooLong : this.#taken + 1;
    const short = positions.filter((at) => lengthOf(at) < tooLong);
    const unsure = short
      .filter((at) => lengthOf(at) > this.#taken)
      .toSorted((a, b) => lengthOf(a) - lengthOf(b));
    return {
      long: positions.filter((at) => lengthOf(at) >= tooLong),
      taken: short.filter((at) => lengthOf(at) <= this.#taken),
      unsure: unsure.slice(0, Math.ceil(unsure.length / 2)),
    };
  }

  /** Windows of a text that is too long, each time shorter ones. */
  *windowsOf(text: string): Generator<readonly string[]> {
    let count = Math.max(2, Math.ceil(text.length / this.#taken));
    for (; text.length / count >= shortestWindow; count *= 2) yield textWindows(text, count);
  }

  /** Whether windows of it are long enough that their length can be what decides. */
  mayBeTooLong(text: string): boolean {
    return text.length >= 4 * shortestWindow;
  }

  /** A text of this length was taken, though it might have been too long. */
  took(length: number): void {
    if (this.#taken < length && length < this.#tooLong) this.#taken = length;
  }

  refused(length: number): void {
    this.#probes += 1;
    this.#tooLong = Math.min(this.#tooLong, length);
  }

  /** A text was too long, and windows of this length were not. */
  tookWindows(text: string, length: number): void {
    if (this.#tooLong !== Infinity && text.length < this.#tooLong) this.#probes += 1;
    this.#tooLong = Math.min(this.#tooLong, text.length);
    this.#taken = Math.min(this.#taken, length);
  }
}
