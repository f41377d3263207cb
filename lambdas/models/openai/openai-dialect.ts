/**
 * Endpoints differ in which optional parameters they take. The best is asked
 * for first; an endpoint that refuses a parameter by name is asked again
 * without it, and that is remembered for as long as the process lives. Such a
 * refusal says nothing of the text and costs no tokens, so it is neither an
 * attempt nor a failure of the call.
 */
import { APIError } from "openai";

export class Dialect<Option extends string> {
  readonly #refused = new Set<Option>();
  readonly #options: Readonly<Record<Option, RegExp>>;

  /** @param options How a complaint about each parameter reads, in an error's `param` or message. */
  constructor(options: Readonly<Record<Option, RegExp>>) {
    this.#options = options;
  }

  speaks(option: Option): boolean {
    return !this.#refused.has(option);
  }

  /** Calls until no parameter is complained of any more; at most once more for each. */
  async speak<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      const spoken = this.#spoken();
      try {
        return await call();
      } catch (error) {
        const refused = complaint(error, spoken, this.#options);
        if (refused === undefined) throw error;
        this.#refused.add(refused);
      }
    }
  }

  #spoken(): Option[] {
    return (Object.keys(this.#options) as Option[]).filter((option) => this.speaks(option));
  }
}

function complaint<Option extends string>(
  error: unknown,
  spoken: readonly Option[],
  options: Readonly<Record<Option, RegExp>>,
): Option | undefined {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) {
    return undefined;
  }
  // A message may quote the text; the parameter's name, where it is given, cannot.
  const words = error.param ?? error.message;
  return spoken.find((option) => options[option].test(words));
}
