/**
 * Endpoints differ in which optional parameters they take. The best is asked
 * for first; an endpoint that refuses a parameter is asked again without it,
 * and that is remembered for as long as the process lives. Such a refusal says
 * nothing of the text and costs no tokens, so it is neither an attempt nor a
 * failure of the call.
 */
import { isQuoted } from "./own-words.ts";
import { EndpointRefusal } from "./refusal.ts";
import { isExplained } from "./translate.ts";

/** Codes that say something else than "this parameter is unknown". */
const otherMeanings = new Set([401, 402, 403, 408, 409, 425, 429]);
/** A complaint that names no parameter: of an unknown one, or of nothing at all. */
const unexplained =
  /(?:unknown|unsupported|unrecogni[sz]ed|unexpected|extra|invalid|additional|not (?:supported|permitted|allowed|recogni[sz]ed)|can handle|that support).{0,40}(?:param|field|argument|propert|key|option|format|request|input)|(?:param|field|argument|propert|key|option|format).{0,40}(?:unknown|unsupported|unrecogni[sz]ed|unexpected|not (?:supported|permitted|allowed|recogni[sz]ed))/i;
/** Whether a refusal complains of this parameter, by its words and the parameters it names. */
export type Complaints<Option extends string> = Readonly<
  Record<Option, (complaint: string) => boolean>
>;

export class Dialect<Option extends string> {
  readonly #refused = new Set<Option>();
  readonly #options: Complaints<Option>;
  readonly #essential: readonly Option[];
  readonly #faultsBeforeBare: number;
  #settled = false;
  #triedBare = false;
  /** How often the server failed before anything was answered. */
  #faults = 0;
  /** Given up if the server fails once more, because it answered without them after its faults. */
  #suspects: readonly Option[] = [];

  /**
   * @param options The best first.
   * @param essential Those that are given up only where a complaint names them: without them a
   * request is another one, but no plainer one. @default none
   * @param faultsBeforeBare A server may also fail over a parameter without a word (500). After so many
   * failures, with nothing answered, it is asked without any. @default 3
   */
  constructor(
    options: Complaints<Option>,
    essential: readonly Option[] = [],
    faultsBeforeBare = 3,
  ) {
    this.#options = options;
    this.#essential = essential;
    this.#faultsBeforeBare = faultsBeforeBare;
  }

  /** Whether a call was answered: then what is still spoken is understood. */
  get isSettled(): boolean {
    return this.#settled;
  }

  speaks(option: Option): boolean {
    return !this.#refused.has(option);
  }

  /** What was answered to it could not be used. */
  giveUp(option: Option): void {
    this.#refused.add(option);
  }

  /**
   * Calls until no parameter is complained of any more: at most once more for
   * each, and once without any where the endpoint does not say which one.
   * @param texts What is sent. A refusal that quotes it is about the text, and one without a word
   * may be about how much was sent.
   */
  async speak<T>(call: () => Promise<T>, texts: readonly string[]): Promise<T> {
    const sentMany = texts.length > 1;
    for (;;) {
      const spoken = this.#spoken();
      try {
        const answer = await call();
        this.#settled = true;
        // It was away, and is back.
        this.#suspects = [];
        return answer;
      } catch (error) {
        if (!(error instanceof EndpointRefusal) || otherMeanings.has(error.status)) throw error;
        if (error.status === 500 && !this.#settled) this.#faults += 1;
        if (this.#givesUpSuspects(error)) continue;
        const refused = spoken.filter((option) => this.#blames(error, option));
        if (refused.length > 0) for (const option of refused) this.#refused.add(option);
        // Another call may have learned meanwhile what this one was refused for.
        else if (this.#spoken().length < spoken.length) continue;
        else if (sentMany && error.complaint.words === "") throw error;
        else if (this.#mayBeAny(error, texts)) return this.#bare(call, spoken, error);
        else throw error;
      }
    }
  }

  #spoken(): Option[] {
    return (Object.keys(this.#options) as Option[]).filter((option) => this.speaks(option));
  }

  #blames({ status, complaint }: EndpointRefusal, option: Option): boolean {
    const { parameters, words } = complaint;
    // A server's fault is about a parameter only as long as none was understood.
    if (this.#settled && status >= 500) return false;
    // A sentence may quote the text; the parameter's name, where it is given, cannot. Where that is the
    // option's own, the sentence says whether it is unknown or out of bounds.
    const isAboutOther = parameters !== "" && !parameters.split(" ").includes(option);
    const said = this.#settled && isAboutOther ? parameters : `${parameters} ${words}`;
    return this.#options[option](said);
  }

  /** Only until something was answered: from then on a refusal is about the text. */
  #mayBeAny(refusal: EndpointRefusal, texts: readonly string[]): boolean {
    const { status, complaint } = refusal;
    if (this.#settled || this.#triedBare || status === 413) return false;
    if (status === 500) return this.#faults >= this.#faultsBeforeBare && !isExplained(refusal);
    if (status > 500) return status === 501;
    // Endpoints also explain themselves in Chinese, by a number, or not at all.
    if (texts.length === 1 && [400, 422].includes(status)) {
      return !isExplained(refusal) && !isQuoted(texts, complaint.words);
    }
    // A number in it is a bound, and then it is about how much was sent.
    return (
      complaint.words === "" || (unexplained.test(complaint.words) && !/\d/.test(complaint.words))
    );
  }

  #givesUpSuspects(error: EndpointRefusal): boolean {
    if (this.#suspects.length === 0 || !isFault(error)) return false;
    for (const option of this.#suspects) this.#refused.add(option);
    this.#suspects = [];
    return true;
  }

  async #bare<T>(call: () => Promise<T>, spoken: readonly Option[], refusal: unknown): Promise<T> {
    this.#triedBare = true;
    const optional = spoken.filter((option) => !this.#essential.includes(option));
    if (optional.length === 0) throw refusal;
    for (const option of optional) this.#refused.add(option);
    try {
      const answer = await call();
      this.#settled = true;
      if (isFault(refusal)) {
        // It may also have come back just now: the next call shows which it was.
        for (const option of optional) this.#refused.delete(option);
        this.#suspects = optional;
      }
      return answer;
    } catch {
      // It was none of them: what it said first counts.
      for (const option of optional) this.#refused.delete(option);
      throw refusal;
    }
  }
}

function isFault(error: unknown): boolean {
  return error instanceof EndpointRefusal && error.status === 500;
}
