import type { Bookmarks } from "../../../../lambdas/records/bookmarks/bookmarks.ts";

export class MemoryBookmarks implements Bookmarks {
  readonly #places = new Map<string, string>();

  read = async (name: string) => this.#places.get(name);

  write = async (name: string, place: string) => {
    this.#places.set(name, place);
  };
}
