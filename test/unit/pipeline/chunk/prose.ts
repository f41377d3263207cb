import { SeededChance } from "../../../support/fakes/chance.ts";
import { ManualClock } from "../../../support/fakes/clock.ts";

const syllables = "ba co de fi gu ha je ki lo mu na pe qui ro sa te".split(" ");
const vocabulary = syllables.flatMap((a) => syllables.map((b) => a + b));

/** Texts that differ with the seed and are the same at every run. */
export class Prose {
  readonly #chance: SeededChance;

  constructor(seed: number) {
    this.#chance = new SeededChance(new ManualClock(), seed);
  }

  below(limit: number): number {
    return Math.floor(this.#chance.random() * limit);
  }

  word(): string {
    return vocabulary[this.below(vocabulary.length)] ?? "";
  }

  sentence(): string {
    const words = Array.from({ length: 5 + this.below(16) }, () => this.word()).join(" ");
    return `${words[0]?.toUpperCase()}${words.slice(1)}.`;
  }

  paragraph(): string {
    return Array.from({ length: 2 + this.below(6) }, () => this.sentence()).join(" ");
  }

  /** Paragraphs; where `headed`, headings stand between them, each with one to twelve beneath. */
  document(paragraphs: number, headed: boolean): readonly string[] {
    const blocks: string[] = [];
    for (let rest = 0; blocks.length < paragraphs; rest -= 1) {
      if (headed && rest === 0) {
        blocks.push(`${"#".repeat(1 + this.below(3))} ${this.word()} ${this.word()}`);
        rest = 1 + this.below(12);
      }
      blocks.push(this.paragraph());
    }
    return blocks;
  }

  /** One paragraph inserted, removed or rewritten. */
  edited(blocks: readonly string[]): readonly string[] {
    const paragraphs = blocks.flatMap((block, index) => (block.startsWith("#") ? [] : [index]));
    const at = paragraphs[this.below(paragraphs.length)] ?? 0;
    const edits: readonly (readonly [remove: number, insert: readonly string[]])[] = [
      [0, [this.paragraph()]],
      [1, []],
      [1, [this.paragraph()]],
    ];
    const [remove, insert] = edits[this.below(3)] ?? [0, []];
    return blocks.toSpliced(at, remove, ...insert);
  }
}
