import { expect, test } from "vitest";
import { CallError, type SearchRequest } from "../../../console/logic/api.ts";
import { createFinder, type Question } from "../../../console/state/finder.ts";
import type { SearchAnswer } from "../../../lambdas/contract/calls/search.ts";

const question = (query: string): Question => ({
  query,
  mode: "hybrid",
  document: "",
  attribute: "",
  own: "",
  language: "",
});
const answer = (text: string): SearchAnswer => ({
  results: [
    {
      document_id: "d",
      document_version: 1,
      attributes: {},
      chunk_index: 0,
      start: 0,
      end: text.length,
      text,
      snippet: { text, start: 0, marks: [] },
      score: 1,
    },
  ],
});

function finderWith(search: (request: SearchRequest) => Promise<SearchAnswer>) {
  const finder = createFinder({ search }, () => 0);
  return { ...finder, texts: () => finder.found.value?.results.map(({ text }) => text) };
}

test("a blank question takes away what an earlier one found, and asks nothing", async () => {
  const queries: string[] = [];
  const finder = finderWith(({ query }) => {
    queries.push(query);
    return Promise.resolve(answer("an old passage"));
  });
  await finder.ask(question("old"));
  expect(finder.texts()).toEqual(["an old passage"]);
  await finder.ask(question(""));
  expect(finder.found.value).toBeUndefined();
  expect(finder.problem.value).toBe("Enter a query.");
  expect(queries).toEqual(["old"]);
});

test("a long question goes to the API whole, and its refusal is told", async () => {
  let length = 0;
  const finder = finderWith(({ query }) => {
    length = query.length;
    return Promise.reject(new CallError("invalid_request", "query: must be shorter"));
  });
  await finder.ask(question("x".repeat(10_000)));
  expect(length).toBe(10_000);
  expect(finder.problem.value).toBe("query: must be shorter");
  expect(finder.busy.value).toBe(false);
});

test("what limits the results is told with them", async () => {
  const notice = "Searched by words only.";
  const finder = finderWith(({ query }) =>
    Promise.resolve(query === "a" ? { ...answer("x"), notice } : answer("x")),
  );
  await finder.ask(question("a"));
  expect(finder.found.value?.notice).toBe(notice);
  await finder.ask(question("b"));
  expect(finder.found.value?.notice).toBeUndefined();
});

test("an answer that comes after a later question is not shown under it", async () => {
  const release: (() => void)[] = [];
  const finder = finderWith(
    ({ query }) => new Promise((resolve) => release.push(() => resolve(answer(query)))),
  );
  const first = finder.ask(question("first"));
  const second = finder.ask(question("second"));
  release[1]?.();
  await second;
  release[0]?.();
  expect(await first).toBeUndefined();
  expect(finder.texts()).toEqual(["second"]);

  const late = finder.ask(question("late"));
  await finder.ask(question(""));
  release[2]?.();
  await late;
  expect(finder.found.value).toBeUndefined();
  expect(finder.busy.value).toBe(false);
});

test("only the filters that were filled in are sent", async () => {
  const filters: SearchRequest["filter"][] = [];
  const finder = finderWith(({ filter }) => {
    filters.push(filter);
    return Promise.resolve(answer("x"));
  });
  await finder.ask(question("x"));
  await finder.ask({ ...question("x"), document: "report", language: "en" });
  await finder.ask({ ...question("x"), attribute: "year=2026", own: "status=final" });
  expect(filters).toEqual([
    {},
    { document_id: "report", language: "en" },
    { attributes: { year: { in: ["2026", 2026] } }, custom: { status: { in: ["final"] } } },
  ]);
});

test("an attribute without a value is explained, and not asked for", async () => {
  const finder = finderWith(() => Promise.reject(new Error("It was asked.")));
  await finder.ask({ ...question("x"), attribute: "2026" });
  const asked = "Write attributes and own fields as name=value, for example year=2026.";
  expect(finder.problem.value).toBe(asked);
});
