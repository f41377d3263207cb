import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { explain } from "../logic/advice.ts";

export interface Paged<Item> {
  readonly items: Signal<readonly Item[]>;
  /** Undefined before the first page, null after the last. */
  readonly next: Signal<string | number | null | undefined>;
  readonly busy: Signal<boolean>;
  readonly problem: Signal<string>;
  readonly more: () => Promise<void>;
}

/** A listing that grows page by page; the first page is loaded immediately. */
export function usePaged<Item, Cursor extends string | number>(
  load: (after: Cursor | undefined) => Promise<{ items: Item[]; next: Cursor | undefined }>,
): Paged<Item> {
  const items = useSignal<readonly Item[]>([]);
  const next = useSignal<Cursor | null | undefined>(undefined);
  const busy = useSignal(true);
  const problem = useSignal("");
  const more = async () => {
    busy.value = true;
    problem.value = "";
    try {
      const page = await load(next.peek() ?? undefined);
      items.value = [...items.peek(), ...page.items];
      next.value = page.next ?? null;
    } catch (error) {
      problem.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => void more(), []);
  return { items, next, busy, problem, more };
}
