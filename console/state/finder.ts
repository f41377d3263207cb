/** Runs a search and keeps its latest results. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { explain } from "../logic/advice.ts";
import type { Api } from "../logic/api.ts";
import { attributeFilter } from "../logic/reading/attribute.ts";
import { queryWords } from "../logic/reading/highlight.ts";
import type { SearchRoute } from "../logic/route.ts";

export type Question = Omit<SearchRoute, "view">;

export interface Found {
  readonly words: readonly string[];
  readonly results: SearchAnswer["results"];
  readonly tookMs: number;
  /** What limits these results. */
  readonly notice?: string | undefined;
}

export interface Finder {
  /** The results of the latest query only. */
  readonly found: ReadonlySignal<Found | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<string>;
  /** @returns the results, unless a newer query was sent meanwhile */
  ask(question: Question): Promise<Found | undefined>;
  /** Forgets the results, and ignores those that are still to come. */
  clear(): void;
}

const limit = 20;

export function createFinder(api: Pick<Api, "search">, now: () => number): Finder {
  const found = signal<Found | undefined>(undefined);
  const busy = signal(false);
  const problem = signal("");
  /** Results of an earlier query are not shown for a later one. */
  let asked = 0;

  const clear = (why = "") => {
    asked += 1;
    found.value = undefined;
    busy.value = false;
    problem.value = why;
    return undefined;
  };
  const ask = async ({ query, mode, document, language, attribute, own }: Question) => {
    const turn = ++asked;
    problem.value = "";
    if (query === "") return clear("Enter a query.");
    const attributes = attributeFilter(attribute);
    const custom = attributeFilter(own);
    if ((attribute !== "" && !attributes) || (own !== "" && !custom)) {
      return clear("Write attributes and own fields as name=value, for example year=2026.");
    }
    busy.value = true;
    const startedAtMs = now();
    const filter = {
      ...(document === "" ? {} : { document_id: document }),
      ...(language === "" ? {} : { language }),
      ...(attributes === undefined ? {} : { attributes }),
      ...(custom === undefined ? {} : { custom }),
    };
    try {
      const { results, notice } = await api.search({ query, limit, mode, filter });
      if (turn !== asked) return undefined;
      found.value = { words: queryWords(query), results, tookMs: now() - startedAtMs, notice };
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
  return { found, busy, problem, ask, clear: () => clear() };
}
