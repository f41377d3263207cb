/**
 * How many texts an endpoint takes in a call, where it refuses some numbers without saying which it
 * takes. A refused call is followed by one with a single text, then by two, four and so on, until
 * twice as many as are taken were refused. So a process pays for two refusals, whatever the number.
 */
interface Bounds {
  /** So many were taken. */
  readonly taken: number;
  /** The smallest number that was refused. */
  readonly refused: number;
}

const unknown: Bounds = { taken: 0, refused: Infinity };

export class TextsPerCall {
  #most: number;
  #bounds = unknown;

  /** @param most @default what the endpoint takes */
  constructor(most = Infinity) {
    this.#most = most;
  }

  /** So many are taken, as far as is known. */
  get most(): number {
    return this.search().limit;
  }

  /** The endpoint says how many it takes. */
  said(most: number): void {
    this.#most = most;
    this.#bounds = unknown;
  }

  search(): NumberSearch {
    return new NumberSearch(this.#most, this.#bounds);
  }

  /** Nothing but the number of texts made the difference in this search. */
  keep(search: NumberSearch): void {
    this.#bounds = search.bounds;
  }
}

export class NumberSearch {
  bounds: Bounds;
  /** Texts of the next call. */
  limit: number;

  constructor(most: number, known: Bounds) {
    this.bounds = known;
    this.limit = known.refused === Infinity ? most : Math.max(1, known.taken);
  }

  took(count: number): void {
    const { taken, refused } = this.bounds;
    if (refused === Infinity) return;
    const most = count < refused ? Math.max(taken, count) : taken;
    this.bounds = { taken: most, refused };
    this.limit = Math.max(1, 2 * most < refused ? 2 * most : most);
  }

  refused(count: number): void {
    const { taken, refused } = this.bounds;
    // So many were taken before: a text is the reason.
    this.bounds = { taken: taken < count ? taken : 0, refused: Math.min(refused, count) };
    this.limit = Math.max(1, this.bounds.taken);
  }
}
