/** What a refused embedding call may mean for the next one. */
import { EndpointRefusal } from "../endpoint/refusal.ts";
import { blamesContent, blamesText, tooLargeAtOnce, tooLong } from "../endpoint/translate.ts";
import { UnusableVectorsError } from "./vectors.ts";

const tooMany =
  /batch[ _-]?size|(?:too many|number of|count of|maximum of|max|up to|at most|limit\w*|more than|larger than|exceed\w*)\b.{0,40}\b(?:inputs?|texts?|items?|elements?|strings?|documents?|sequences?|batch|array|contents|requests? in)\b/i;

/** llama.cpp reads a text at once only as far as its physical batch, and calls that a batch's size. */
const tooLongForBatch = /too large to process|physical batch size/i;

/** Fewer texts may be taken where these were not. */
export function isAboutSize(error: unknown): boolean {
  if (error instanceof UnusableVectorsError) return error.reason === "count";
  if (!(error instanceof EndpointRefusal)) return false;
  if (error.status === 429) return error.says(tooLargeAtOnce);
  // A firewall's page may be about one of the texts.
  if (error.status === 403) return error.complaint.isPage === true;
  return [400, 413, 422].includes(error.status);
}

/** How many texts a call may have, where the endpoint says so. */
export function saidMaximum(error: unknown, asked: number): number | undefined {
  if (!(error instanceof EndpointRefusal) || !error.says(tooMany)) return undefined;
  if (error.status === 429) return undefined;
  const numbers = error.complaint.words.match(/(?<![\w.])\d{1,4}(?![\w.]*\d)/g) ?? [];
  const said = numbers.map(Number).filter((number) => number >= 1 && number < asked);
  return said.length === 0 ? undefined : Math.max(...said);
}

/** A text has more tokens than the model reads at once. */
export function isTooLong(error: unknown): boolean {
  if (!(error instanceof EndpointRefusal)) return false;
  if (error.status === 429) return error.says(tooLargeAtOnce);
  // "Too many tokens" by 429 is about a minute's, "took too long" by 408 about time.
  if (![400, 413, 422, 500].includes(error.status)) return false;
  if (error.status === 413 || error.says(tooLongForBatch)) return true;
  return error.says(tooLong) && !error.says(tooMany);
}

/** The same of a text that was alone: then words about texts can only mean their length. */
export function isTooLongAlone(error: unknown): boolean {
  return (
    isTooLong(error) ||
    (isAboutSize(error) && error instanceof EndpointRefusal && error.says(tooLong))
  );
}

/** The server failed over what it was given; another one that is away answers 502, 503 or 504. */
export function isServersFault(error: unknown): boolean {
  if (error instanceof UnusableVectorsError) return error.reason === "values";
  return error instanceof EndpointRefusal && error.status === 500;
}

/** No number came out of the model: this text would fail again. */
export function isWithoutNumbers(error: unknown): boolean {
  if (error instanceof UnusableVectorsError) return error.reason === "values";
  return error instanceof EndpointRefusal && error.says(/\bnan\b|not a number|\binf(?:inity)?\b/i);
}

export { blamesContent, blamesText };
