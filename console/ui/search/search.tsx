import { useEffect, useMemo } from "preact/hooks";
import { count } from "../../logic/format.ts";
import { byDocument } from "../../logic/reading/results.ts";
import { hrefOf, type SearchRoute } from "../../logic/route.ts";
import { createFinder, type Found } from "../../state/finder.ts";
import { useHeading, useSession } from "../context.ts";
import { icons } from "../icons.tsx";
import { SearchForm } from "./search-form.tsx";
import { Group } from "./search-result.tsx";

/** The address says what is searched for, so the back button returns to an earlier search. */
export function Search({ route }: { route: SearchRoute }) {
  const { api, announcement } = useSession();
  const heading = useHeading("Search");
  const finder = useMemo(() => createFinder(api, () => performance.now()), [api]);
  const { found, busy, problem } = finder;
  const address = hrefOf(route);

  const ask = async () => {
    const answered = await finder.ask(route);
    if (answered === undefined) return;
    announcement.value = `${count(answered.results.length, "passage")} found`;
  };
  useEffect(() => {
    if (route.query === "") finder.clear();
    else void ask();
  }, [address]);

  const search = (wanted: SearchRoute) => {
    const next = hrefOf(wanted);
    if (wanted.query === "" && route.query === "") {
      // Filters alone find nothing, but the next search uses them.
      history.replaceState(null, "", next);
      void finder.ask(wanted);
    } else if (next === address) void ask();
    else location.hash = next;
  };

  return (
    <section class="view narrow">
      <h1 ref={heading} tabIndex={-1} class="unseen">
        Search
      </h1>
      <SearchForm route={route} busy={busy.value} onSearch={search} />
      {problem.value !== "" && (
        <p class="notice bad" role="alert">
          {icons.alert}
          <span>{problem}</span>
        </p>
      )}
      {found.value === undefined && problem.value === "" && busy.value && (
        <p class="loading">Searching …</p>
      )}
      {found.value === undefined && !busy.value && (
        <p class="empty">Ask in your own words. Sluice searches by meaning and by words.</p>
      )}
      {found.value?.notice !== undefined && (
        <p class="notice warn" role="status">
          {icons.alert}
          <span>{found.value.notice}</span>
        </p>
      )}
      {found.value !== undefined && <Results found={found.value} route={route} />}
    </section>
  );
}

function Results({ found, route }: { found: Found; route: SearchRoute }) {
  const { results, words, tookMs } = found;
  if (results.length === 0) {
    return <p class="empty">No results. Use other words, or remove the filters.</p>;
  }
  const groups = byDocument(results);
  return (
    <>
      <p class="muted tally">
        {count(results.length, "passage")} from {count(groups.length, "document")}, best first, in{" "}
        {Math.round(tookMs)} ms
      </p>
      <ol class="results">
        {groups.map((group) => (
          <Group key={group.documentId} group={group} words={words} route={route} />
        ))}
      </ol>
    </>
  );
}
