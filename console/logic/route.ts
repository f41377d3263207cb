/** The console's views, stored in the URL's fragment, which no server needs to know. */
import { searchModes } from "../../lambdas/contract/vocabulary.ts";
import type { SearchRequest } from "./api.ts";

export interface SearchRoute {
  readonly view: "search";
  readonly query: string;
  readonly mode: SearchRequest["mode"];
  /** The id of a document; empty for any, as the filters below. */
  readonly document: string;
  /** `name=value` */
  readonly attribute: string;
  /** A field that was extracted by the caller's schema, as `name=value`. */
  readonly own: string;
  readonly language: string;
}

export type Route =
  | { readonly view: "flow" }
  | { readonly view: "job"; readonly id: string }
  | { readonly view: "documents" }
  | {
      readonly view: "document";
      readonly id: string;
      /** The chunk to show first, with the one before it. @default the beginning */
      readonly chunk?: number;
    }
  | SearchRoute;

export function isSearchMode(name: string): name is SearchRoute["mode"] {
  return searchModes.some((mode) => mode === name);
}

/** The search view before anything is asked. */
export const noSearch: SearchRoute = {
  view: "search",
  query: "",
  mode: "hybrid",
  document: "",
  attribute: "",
  own: "",
  language: "",
};

export function parseRoute(fragment: string): Route {
  const [path = "", parameters = ""] = fragment.replace(/^#\/?/, "").split("?", 2);
  const [view, id] = path.split("/");
  const query = new URLSearchParams(parameters);
  if (view === "jobs" && id) return { view: "job", id: decode(id) };
  if (view === "documents") {
    if (!id) return { view };
    const chunk = /^\d{1,6}$/.exec(query.get("chunk") ?? "")?.[0];
    return { view: "document", id: decode(id), ...(chunk && { chunk: Number(chunk) }) };
  }
  if (view === "search") {
    const mode = query.get("mode") ?? "";
    return {
      view,
      query: query.get("q") ?? "",
      mode: isSearchMode(mode) ? mode : "hybrid",
      document: query.get("document") ?? "",
      attribute: query.get("attribute") ?? "",
      own: query.get("own") ?? "",
      language: query.get("language") ?? "",
    };
  }
  return { view: "flow" };
}

export function hrefOf(route: Route): string {
  switch (route.view) {
    case "flow":
      return "#/";
    case "job":
      return `#/jobs/${encodeURIComponent(route.id)}`;
    case "documents":
      return "#/documents";
    case "document": {
      const place = `#/documents/${encodeURIComponent(route.id)}`;
      return route.chunk === undefined ? place : `${place}?chunk=${route.chunk}`;
    }
    case "search": {
      const { query: q, document, attribute, own, language, mode } = route;
      const query = new URLSearchParams();
      const parameters = {
        q,
        document,
        attribute,
        own,
        language,
        mode: mode === "hybrid" ? "" : mode,
      };
      for (const [name, value] of Object.entries(parameters)) {
        if (value !== "") query.set(name, value);
      }
      return `#/search${query.size === 0 ? "" : `?${query.toString()}`}`;
    }
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
