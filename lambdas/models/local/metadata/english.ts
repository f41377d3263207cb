/**
 * Analysis of English: wink-nlp finds sentences, nouns, dates and amounts;
 * compromise finds people, places and organisations. Neither does both well.
 */
import nlp from "compromise";
import model from "wink-eng-lite-web-model";
import winkNLP, { type Detail, type ItsFunction } from "wink-nlp";
import type { Entity } from "../../../contract/metadata.ts";
import { emailPattern, urlPattern } from "./any-language.ts";
import type { Analysis, Sentence } from "./salience.ts";

const wink = winkNLP(model, ["sbd", "pos", "ner"]);
type Feature<T> = ItsFunction<T>;
/** Features of tokens, sentences and entities, typed as the plain functions they are. */
const its = wink.its as unknown as {
  readonly value: Feature<string>;
  readonly pos: Feature<string>;
  readonly lemma: Feature<string>;
  readonly type: Feature<string>;
  readonly stopWordFlag: Feature<boolean>;
  readonly span: Feature<readonly [first: number, last: number]>;
  readonly detail: Feature<Detail>;
};

const typeOfWink: Readonly<Record<string, Entity["type"]>> = {
  DATE: "date",
  MONEY: "amount",
  PERCENT: "amount",
};

export function analyse(text: string): Analysis & { readonly entities: readonly Entity[] } {
  const document = wink.readDoc(text);
  const tokens = document.tokens();
  const column = <T>(feature: Feature<T>) => tokens.out(feature) as readonly T[];
  const [values, tags, lemmas] = [column(its.value), column(its.pos), column(its.lemma)];
  const [types, stopWords] = [column(its.type), column(its.stopWordFlag)];
  const display = new Map<string, string>();

  /** Nouns, counted by lemma, so that one gate and two gates are the same word. */
  const termAt = (at: number): readonly string[] => {
    const [value = "", tag] = [values[at], tags[at]];
    if (tag !== "NOUN" && tag !== "PROPN") return [];
    if (types[at] !== "word" || stopWords[at] === true || value.length < 3) return [];
    const term = (tag === "NOUN" ? (lemmas[at] ?? value) : value).toLowerCase();
    if (!display.has(term)) display.set(term, tag === "NOUN" ? value.toLowerCase() : value);
    return [term];
  };

  const lines = document.sentences().out();
  const spans = document.sentences().out(its.span) as (readonly [number, number])[];
  const sentences = spans.map(([first, last], index): Sentence => {
    const positions = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
    const line = (lines[index] ?? "").replace(/\s+/gu, " ").trim();
    return { text: line, terms: positions.flatMap(termAt) };
  });
  // compromise takes ten times as long as wink, so it reads only where names are.
  const withNames = lines.filter((_, index) => {
    const [first, last] = spans[index] ?? [0, -1];
    return tags.slice(first, last + 1).includes("PROPN");
  });
  const details = document.entities().out(its.detail) as Detail[];
  return {
    sentences: sentences.filter((sentence) => sentence.text !== ""),
    display,
    entities: [...named(withNames.join(" ")), ...measured(details), ...addresses(text)],
  };
}

/** Dates and amounts. */
function measured(details: readonly Detail[]): Entity[] {
  return details.flatMap(({ value, type }) => {
    const ours = typeOfWink[type];
    return ours === undefined ? [] : [{ text: value, type: ours }];
  });
}

/** People, organisations, places. */
function named(text: string): Entity[] {
  const view = nlp(text);
  const found = (type: Entity["type"], names: unknown) =>
    (names as readonly string[])
      .map(bare)
      .filter((name) => /^\p{Lu}/u.test(name) && name.length > 2)
      .map((name): Entity => ({ text: name, type }));
  return [
    ...found("person", view.people().out("array")),
    ...found("organisation", view.organizations().out("array")),
    ...found("place", view.places().out("array")),
  ];
}

/** compromise keeps the punctuation around a name, and a genitive's end. */
function bare(name: string): string {
  return name.replace(/^[^\p{L}\p{N}]+|(?:['’]s)?[^\p{L}\p{N}.]*$/gu, "").replace(/[,.;:]+$/u, "");
}

function addresses(text: string): Entity[] {
  const found = [...(text.match(emailPattern()) ?? []), ...(text.match(urlPattern()) ?? [])];
  return found.map((match) => ({ text: match, type: "other" }));
}
