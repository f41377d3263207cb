/** Runs a search and keeps its latest results. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { explain } from "../logic/advice.ts";
import type { Api, SearchRequest } from "../logic/api.ts";
import { queryWords } from "../logic/highlight.ts";

export interface Question {
  readonly query: string;
  readonly mode: SearchRequest["mode"];
  /** Empty for any. */
  readonly document: string;
  /** Empty for any. */
  readonly language: string;
}

export interface Found {
  readonly words: readonly string[];
  readonly results: SearchAnswer["results"];
  readonly tookMs: number;
}

export interface Finder {
  /** The results of the latest query only. */
  readonly found: ReadonlySignal<Found | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<string>;
  /** @returns the results, unless a newer query was sent meanwhile */
  ask(question: Question): Promise<Found | undefined>;
}

const limit = 20;

export function createFinder(api: Pick<Api, "search">, now: () => number): Finder {
  const found = signal<Found | undefined>(undefined);
  const busy = signal(false);
  const problem = signal("");
  /** Results of an earlier query are not shown for a later one. */
  let asked = 0;

  const ask = async ({ query, mode, document, language }: Question) => {
    const turn = ++asked;
    problem.value = "";
    if (query === "") {
      found.value = undefined;
      busy.value = false;
      problem.value = "Enter a query.";
      return undefined;
    }
    busy.value = true;
    const startedAtMs = now();
    const filter = {
      ...(document === "" ? {} : { document_id: document }),
      ...(language === "" ? {} : { language }),
    };
    try {
      const { results } = await api.search({ query, limit, mode, filter });
      if (turn !== asked) return undefined;
      found.value = { words: queryWords(query), results, tookMs: now() - startedAtMs };
      return found.value;
    } catch (error) {
      if (turn !== asked) return undefined;
      found.value = undefined;
      problem.value = explain(error);
      return undefined;
    } finally {
      if (turn === asked) busy.value = false;
    }
  };
  return { found, busy, problem, ask };
}
