import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Titles, titlesOf } from "../../logic/reading/titles.ts";
import { isSearchMode, type SearchRoute } from "../../logic/route.ts";
import { useSession } from "../context.ts";
import { icons } from "../icons.tsx";

const modes = {
  hybrid: "Meaning and words",
  vector: "Meaning",
  text: "Words",
} as const satisfies Record<SearchRoute["mode"], string>;

const modeNames = Object.keys(modes).filter(isSearchMode);

/** The languages that local metadata detects best, as suggestions; any other code can be typed. */
const languageCodes = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "zh", "ja"];

interface SearchFormProps {
  readonly route: SearchRoute;
  readonly busy: boolean;
  readonly onSearch: (route: SearchRoute) => void;
}

/** The query and the filters. The fields show the address; a changed filter searches again. */
export function SearchForm({ route, busy, onSearch }: SearchFormProps) {
  const { api } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const titles = useSignal<Titles>(titlesOf([]));

  useEffect(() => {
    void (async () => {
      // Suggestions only: without them, the field accepts any id.
      const page = await api.documents({ limit: 100 }).catch(() => undefined);
      titles.value = titlesOf(page?.documents ?? []);
    })();
  }, []);

  const { query, mode, attribute, own, language } = route;
  const document = titles.value.labelOf(route.document);
  useEffect(() => {
    // The fields keep their focus: only what they say follows the address.
    for (const [name, value] of Object.entries({
      query,
      mode,
      document,
      attribute,
      own,
      language,
    })) {
      const field = form.current?.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
        field.value = value;
      }
    }
  }, [query, mode, document, attribute, own, language]);

  const search = () => {
    if (form.current !== null) onSearch(routeOf(form.current, titles.peek()));
  };
  return (
    <form
      ref={form}
      class="search card"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        search();
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
          autocomplete="off"
        />
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Searching …" : "Search"}
        </button>
      </div>
      <div class="filters">
        <label>
          By
          <select name="mode" onChange={search}>
            {modeNames.map((name) => (
              <option key={name} value={name}>
                {modes[name]}
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
            size={16}
            autocomplete="off"
            onChange={search}
          />
        </label>
        <label>
          Attribute
          <input
            name="attribute"
            placeholder="year=2026"
            size={11}
            autocomplete="off"
            onChange={search}
          />
        </label>
        <label>
          Own field
          <input
            name="own"
            placeholder="status=final"
            size={11}
            autocomplete="off"
            onChange={search}
          />
        </label>
        <label>
          Language
          <input
            name="language"
            list="known-languages"
            placeholder="any"
            size={5}
            maxLength={3}
            autocomplete="off"
            onChange={search}
          />
        </label>
        <datalist id="known-documents">
          {titles.value.labels.map((label) => (
            <option key={label} value={label} />
          ))}
        </datalist>
        <datalist id="known-languages">
          {languageCodes.map((code) => (
            <option key={code} value={code} />
          ))}
        </datalist>
      </div>
    </form>
  );
}

function routeOf(form: HTMLFormElement, titles: Titles): SearchRoute {
  const data = new FormData(form);
  const field = (name: string) => {
    const value = data.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const mode = field("mode");
  return {
    view: "search",
    query: field("query"),
    mode: isSearchMode(mode) ? mode : "hybrid",
    document: titles.idOf(field("document")),
    attribute: field("attribute"),
    own: field("own"),
    language: field("language").toLowerCase(),
  };
}
