import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { SearchRequest } from "../../logic/api.ts";
import { count } from "../../logic/format.ts";
import { hrefOf, type Route } from "../../logic/route.ts";
import { createFinder, type Found } from "../../state/finder.ts";
import { useHeading, useSession } from "../context.ts";
import { icons } from "../icons.tsx";
import { Result } from "./search-result.tsx";

type SearchRoute = Extract<Route, { view: "search" }>;

const modes = {
  hybrid: "Meaning and words",
  vector: "Meaning",
  text: "Words",
} as const satisfies Record<SearchRequest["mode"], string>;
const modeNames = Object.keys(modes) as SearchRequest["mode"][];

/** The languages that local metadata detects best, as suggestions; any other code can be typed. */
const languageCodes = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "zh", "ja"];

export function Search({ route }: { route: SearchRoute }) {
  const { api, announcement } = useSession();
  const heading = useHeading("Search");
  const form = useRef<HTMLFormElement>(null);
  const documents = useSignal<readonly string[]>([]);
  const finder = useMemo(() => createFinder(api, () => performance.now()), [api]);
  const { found, busy, problem } = finder;

  useEffect(() => {
    void (async () => {
      // Suggestions only: without them, the field accepts any id.
      const page = await api.documents({ limit: 100 }).catch(() => undefined);
      documents.value = (page?.documents ?? []).map(({ document_id }) => document_id);
    })();
    if (route.query !== "") void search();
  }, []);

  const search = async () => {
    if (form.current === null) return;
    const field = readForm(form.current);
    if (field.query !== "") {
      const place = hrefOf({ view: "search", query: field.query, document: field.document });
      history.replaceState(null, "", place);
    }
    const answered = await finder.ask(field);
    if (answered === undefined) return;
    announcement.value = `${count(answered.results.length, "passage")} found`;
  };

  return (
    <section class="view narrow">
      <h1 ref={heading} tabIndex={-1} class="unseen">
        Search
      </h1>
      <form
        ref={form}
        class="search card"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          void search();
        }}
      >
        <label for="query" class="unseen">
          What are you looking for?
        </label>
        <div class="query">
          {icons.search}
          <input
            id="query"
            name="query"
            type="search"
            placeholder="What are you looking for?"
            defaultValue={route.query}
            autocomplete="off"
          />
          <button type="submit" class="primary" disabled={busy.value}>
            {busy.value ? "Searching …" : "Search"}
          </button>
        </div>
        <div class="filters">
          <label>
            By
            <select name="mode">
              {modeNames.map((mode) => (
                <option key={mode} value={mode}>
                  {modes[mode]}
                </option>
              ))}
            </select>
          </label>
          <label>
            In document
            <input
              name="document"
              list="known-documents"
              placeholder="any"
              defaultValue={route.document}
              autocomplete="off"
            />
          </label>
          <label>
            Language
            <input
              name="language"
              list="known-languages"
              placeholder="any"
              size={6}
              maxLength={3}
              autocomplete="off"
            />
          </label>
          <datalist id="known-documents">
            {documents.value.map((id) => (
              <option key={id} value={id} />
            ))}
          </datalist>
          <datalist id="known-languages">
            {languageCodes.map((code) => (
              <option key={code} value={code} />
            ))}
          </datalist>
        </div>
      </form>
      {problem.value !== "" && (
        <p class="notice bad" role="alert">
          {icons.alert}
          <span>{problem}</span>
        </p>
      )}
      {found.value === undefined ? (
        <p class="empty">Ask in your own words. Sluice searches by meaning and by words.</p>
      ) : (
        <Results found={found.value} />
      )}
    </section>
  );
}

function readForm(form: HTMLFormElement) {
  const data = new FormData(form);
  const field = (name: string) => {
    const value = data.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const mode = modeNames.find((name) => name === field("mode")) ?? "hybrid";
  return {
    query: field("query"),
    mode,
    document: field("document"),
    language: field("language").toLowerCase(),
  };
}

function Results({ found }: { found: Found }) {
  const { results, words, tookMs } = found;
  if (results.length === 0) {
    return <p class="empty">No results. Use other words, or remove the filters.</p>;
  }
  return (
    <>
      <p class="muted tally">
        {count(results.length, "passage")}, best first, in {Math.round(tookMs)} ms
      </p>
      <ol class="results">
        {results.map((result) => (
          <Result
            key={`${result.document_id} ${result.chunk_index}`}
            result={result}
            words={words}
          />
        ))}
      </ol>
    </>
  );
}
