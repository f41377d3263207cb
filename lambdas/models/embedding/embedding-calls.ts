/**
 * Embeds texts by an endpoint whose bounds are not known: how many texts a
 * call may have, how long one may be, and which one makes it fail. What is
 * learned is kept for as long as the process lives, so it is paid for once.
 *
 * - refused for their number: fewer, or as many as the endpoint says
 * - refused for its length: in windows, and their mean
 * - a server's fault (500) over one text: that one is found by halves
 */
import type { Clock } from "../../platform/clock.ts";
import { sha256 } from "../../platform/sha256.ts";
import { EndpointRefusal } from "../endpoint/refusal.ts";
import { unitVector } from "../unit-vector.ts";
import {
  blamesContent,
  blamesText,
  isAboutSize,
  isServersFault,
  isTooLong,
  isTooLongAlone,
  isWithoutNumbers,
  saidMaximum,
} from "./refusal-kinds.ts";
import { TextLengths } from "./text-lengths.ts";
import { TextsPerCall } from "./texts-per-call.ts";

export interface Embedded {
  readonly vectors: readonly Float32Array[];
  readonly tokens: number;
  /** Only another form of the request was taken: that may have been the reason of earlier refusals. */
  readonly otherForm?: boolean;
}
export type Ask = (texts: readonly string[]) => Promise<Embedded>;

export interface Outcome {
  /** By position; the refusal where the text itself is at fault. */
  readonly results: readonly (Float32Array | Refused)[];
  readonly tokens: number;
  readonly calls: number;
}

export interface Refused {
  readonly refusal: unknown;
}

/** Windows in a call. */
const windowsPerCall = 16;
/** After an outage, failures are not looked into for a while: that would triple the calls. */
const noBisectMs = 60_000;
/** A text that failed so often alone, while others were answered, is at fault. */
const failuresAlone = 3;

/** So many texts refused alone, with none taken, show that none will be. */
const refusedTexts = 3;

/** The endpoint takes no text, though each refusal alone looks like one of its text. */
export class RefusesAllError extends Error {
  override readonly name = "RefusesAllError";
  /** Of one of the texts. */
  readonly refusal: unknown;
  readonly texts: number;
  constructor(refusal: unknown, texts: number) {
    super(`The endpoint refused ${texts} texts and took none.`);
    this.refusal = refusal;
    this.texts = texts;
  }
}

export class EmbeddingCalls {
  readonly #clock: Pick<Clock, "now">;
  readonly #texts: TextsPerCall;
  readonly #lengths = new TextLengths();
  #bisectFromMs = 0;
  #answered = 0;
  readonly #refusedAlone = new Set<string>();
  readonly #suspects = new Map<string, { failures: number; readonly since: number }>();

  /** @param maxTexts In one call. @default what the endpoint takes */
  constructor(clock: Pick<Clock, "now">, maxTexts = Infinity) {
    this.#clock = clock;
    this.#texts = new TextsPerCall(maxTexts);
  }

  /** @throws what `ask` throws, where it is not one text's fault */
  async embed(texts: readonly string[], ask: Ask): Promise<Outcome> {
    const run = new Run(texts, ask);
    let search = this.#texts.search();
    /** The longest text was asked alone and taken: it is not the length of one. */
    let lengthCleared = false;
    /** It is the number of texts, whatever becomes of one that is asked about alone. */
    let isNumber = false;
    while (run.pending.length > 0) {
      const { long, taken, unsure } = this.#lengths.sort(run.pending, (at) => run.text(at).length);
      if (long.length > 0) {
        await this.#inWindows(run, long);
        continue;
      }
      const slice = (taken.length > 0 ? taken : unsure).slice(0, search.limit);
      const longest = Math.max(...slice.map((at) => run.text(at).length));
      try {
        const otherForm = await this.#ask(run, slice);
        if (taken.length === 0) this.#lengths.took(longest);
        if (otherForm) search = this.#texts.search();
        else search.took(slice.length);
      } catch (error) {
        const [only] = slice;
        if (slice.length === 1 && only !== undefined) {
          await this.#alone(run, only, error);
          if (!isNumber) search = this.#texts.search();
          continue;
        }
        if (taken.length === 0 && isTooLong(error)) {
          this.#lengths.refused(longest);
          continue;
        }
        const said = saidMaximum(error, slice.length);
        if (said !== undefined) {
          this.#texts.said(said);
          search = this.#texts.search();
        } else if (isTooLong(error) && !lengthCleared) {
          lengthCleared = await this.#longest(run, slice);
          if (lengthCleared) {
            search.refused(slice.length);
            search.took(1);
          }
        } else if (isAboutSize(error)) {
          search.refused(slice.length);
        } else if (isServersFault(error) && this.#clock.now() >= this.#bisectFromMs) {
          isNumber = (await this.#bisect(run, slice, error)) === "number";
          if (isNumber) search.refused(slice.length);
        } else throw error;
      }
    }
    if (!run.anyRefused) this.#texts.keep(search);
    return run.outcome();
  }

  /** @returns whether only another form of the request was taken */
  async #ask(run: Run, positions: readonly number[]): Promise<boolean> {
    const { vectors, otherForm = false } = await run.ask(positions.map((at) => run.text(at)));
    this.#answered += 1;
    for (const [i, at] of positions.entries()) {
      const vector = vectors[i];
      if (vector !== undefined) run.settle(at, vector);
    }
    return otherForm;
  }

  /** @returns whether the longest of the texts was taken as it is */
  async #longest(run: Run, slice: readonly number[]): Promise<boolean> {
    const [longest = 0] = slice.toSorted((a, b) => run.text(b).length - run.text(a).length);
    try {
      await this.#ask(run, [longest]);
      return true;
    } catch (error) {
      await this.#alone(run, longest, error);
      return false;
    }
  }

  /** What becomes of a text that was refused though it was alone. */
  async #alone(run: Run, at: number, error: unknown): Promise<void> {
    if (isTooLongAlone(error)) return this.#windows(run, at, error);
    if (isServersFault(error)) {
      if (!isWithoutNumbers(error) && !this.#isSuspect(run.text(at))) throw error;
      return this.#atFault(run, at, error);
    }
    if (!(error instanceof EndpointRefusal) || !isAboutSize(error)) throw error;
    // A refusal without a reason may be one for its length, too.
    if (!blamesText(error) && this.#lengths.mayBeTooLong(run.text(at))) {
      return this.#windows(run, at, error, 1);
    }
    this.#refuse(run, at, error);
  }

  /** @throws RefusesAllError once different texts were refused alone, and none was ever taken */
  #refuse(run: Run, at: number, error: unknown): void {
    run.settle(at, { refusal: error });
    if (error instanceof EndpointRefusal && blamesContent(error)) return;
    this.#refusedAlone.add(sha256(run.text(at)));
    if (this.#answered === 0 && this.#refusedAlone.size >= refusedTexts) {
      throw new RefusesAllError(error, this.#refusedAlone.size);
    }
  }

  /** Texts known to be too long, as many in a call as it takes windows. */
  async #inWindows(run: Run, long: readonly number[]): Promise<void> {
    const size = this.#windowsPerCall();
    const group: { at: number; windows: readonly string[] }[] = [];
    let count = 0;
    for (const at of long) {
      const [windows = []] = this.#lengths.windowsOf(run.text(at));
      count += windows.length;
      if (group.length > 0 && (count > size || windows.length === 0)) break;
      group.push({ at, windows });
    }
    const [first] = group;
    if (first === undefined || group.length === 1)
      return this.#windows(run, long[0] ?? 0, undefined);
    try {
      const { vectors } = await run.ask(group.flatMap(({ windows }) => windows));
      this.#answered += 1;
      let from = 0;
      for (const { at, windows } of group) {
        run.settle(at, mean(vectors.slice(from, (from += windows.length))));
      }
    } catch (error) {
      if (!isTooLong(error) && !isAboutSize(error)) throw error;
      for (const { at } of group) await this.#windows(run, at, undefined);
    }
  }

  #windowsPerCall(): number {
    return Math.min(this.#texts.most, windowsPerCall);
  }

  /** One text in windows, which are made shorter while they are refused, so many times. */
  async #windows(run: Run, at: number, error: unknown, mostTries = Infinity): Promise<void> {
    const text = run.text(at);
    const size = this.#windowsPerCall();
    let refusal = error;
    let tries = 0;
    for (const windows of this.#lengths.windowsOf(text)) {
      if (tries++ === mostTries) break;
      try {
        const vectors: Float32Array[] = [];
        for (let from = 0; from < windows.length; from += size) {
          vectors.push(...(await run.ask(windows.slice(from, from + size))).vectors);
        }
        this.#answered += 1;
        this.#lengths.tookWindows(text, Math.max(...windows.map(({ length }) => length)));
        return run.settle(at, mean(vectors));
      } catch (again) {
        if (!isTooLong(again) && !isAboutSize(again)) throw again;
        refusal = again;
      }
    }
    this.#refuse(run, at, error ?? refusal);
  }

  /**
   * Finds the text over which the server fails. Where it also fails over half of the texts, one of the
   * other half is asked about: if it fails over that, too, it is no text's fault, and if it does not,
   * but over its half, it fails over the number of texts (it runs out of memory).
   */
  async #bisect(run: Run, slice: readonly number[], error: unknown): Promise<"found" | "number"> {
    const middle = Math.ceil(slice.length / 2);
    const [half, other] = [slice.slice(0, middle), slice.slice(middle)];
    if (await this.#fails(run, half)) {
      if (await this.#fails(run, other.slice(0, 1))) {
        if (isWithoutNumbers(error)) return "number";
        this.#bisectFromMs = this.#clock.now() + noBisectMs;
        throw error;
      }
      const rest = other.slice(1);
      if (rest.length > 0 && (await this.#fails(run, rest))) return "number";
      return this.#within(run, half, error);
    }
    return (await this.#fails(run, other)) ? this.#within(run, other, error) : "found";
  }

  /** The text is one of these. */
  async #within(run: Run, half: readonly number[], error: unknown): Promise<"found" | "number"> {
    if (half.length > 1) return this.#bisect(run, half, error);
    try {
      await this.#ask(run, half);
    } catch (again) {
      if (!isServersFault(again)) throw again;
      for (const at of half) await this.#atFault(run, at, again);
    }
    return "found";
  }

  /** A server may fail over a text that is too long without a word of it. */
  async #atFault(run: Run, at: number, error: unknown): Promise<void> {
    const isLong = !isWithoutNumbers(error) && this.#lengths.mayBeTooLong(run.text(at));
    if (!isLong) return this.#refuse(run, at, error);
    try {
      await this.#windows(run, at, error, 1);
    } catch (again) {
      if (!isServersFault(again)) throw again;
      this.#refuse(run, at, error);
    }
  }

  /** Whether the server fails over these texts; settles them if it does not. */
  async #fails(run: Run, slice: readonly number[]): Promise<boolean> {
    try {
      await this.#ask(run, slice);
      return false;
    } catch (error) {
      if (!isServersFault(error)) throw error;
      return true;
    }
  }

  /** Whether a text fails again and again while others are answered. */
  #isSuspect(text: string): boolean {
    const key = sha256(text);
    const suspect = this.#suspects.get(key) ?? { failures: 0, since: this.#answered };
    suspect.failures += 1;
    this.#suspects.set(key, suspect);
    return suspect.failures >= failuresAlone && this.#answered > suspect.since;
  }
}

/** One call's texts, and what became of each. */
class Run {
  readonly #texts: readonly string[];
  readonly #ask: Ask;
  readonly #results = new Map<number, Float32Array | Refused>();
  #tokens = 0;
  #calls = 0;
  pending: readonly number[];

  constructor(texts: readonly string[], ask: Ask) {
    this.#texts = texts;
    this.#ask = ask;
    this.pending = texts.map((_, at) => at);
  }

  get anyRefused(): boolean {
    return [...this.#results.values()].some((result) => "refusal" in result);
  }

  text(at: number): string {
    return this.#texts[at] ?? "";
  }

  async ask(texts: readonly string[]): Promise<Embedded> {
    // A refused request was made as well.
    this.#calls += 1;
    const embedded = await this.#ask(texts);
    this.#tokens += embedded.tokens;
    return embedded;
  }

  settle(at: number, result: Float32Array | Refused): void {
    this.#results.set(at, result);
    this.pending = this.pending.filter((other) => other !== at);
  }

  outcome(): Outcome {
    const results = this.#texts.map(
      (_, at) => this.#results.get(at) ?? { refusal: new Error("It was not asked about.") },
    );
    return { results, tokens: this.#tokens, calls: this.#calls };
  }
}

function mean(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
  }
  return unitVector(sum) ?? sum.fill(1 / Math.sqrt(sum.length));
}
