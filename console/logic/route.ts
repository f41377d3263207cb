/** The console's views, stored in the URL's fragment, which no server needs to know. */

export type Route =
  | { readonly view: "flow" }
  | { readonly view: "job"; readonly id: string }
  | { readonly view: "documents" }
  | { readonly view: "document"; readonly id: string }
  | { readonly view: "search"; readonly query: string; readonly document: string };

export function parseRoute(fragment: string): Route {
  const [path = "", parameters = ""] = fragment.replace(/^#\/?/, "").split("?", 2);
  const [view, id] = path.split("/");
  const query = new URLSearchParams(parameters);
  if (view === "jobs" && id) return { view: "job", id: decode(id) };
  if (view === "documents") return id ? { view: "document", id: decode(id) } : { view };
  if (view === "search") {
    return { view, query: query.get("q") ?? "", document: query.get("document") ?? "" };
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
    case "document":
      return `#/documents/${encodeURIComponent(route.id)}`;
    case "search": {
      const query = new URLSearchParams();
      if (route.query !== "") query.set("q", route.query);
      if (route.document !== "") query.set("document", route.document);
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
