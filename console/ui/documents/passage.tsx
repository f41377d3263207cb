import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Markdown } from "./markdown.tsx";

type Render = typeof Markdown;

interface PassageProps {
  readonly text: string;
  readonly render: Render | undefined;
}

/** The renderer, once it is loaded; until then, and without a connection, text is shown as it is. */
export function useMarkdown(wanted: boolean): Render | undefined {
  const loaded = useSignal<{ readonly render: Render } | undefined>(undefined);
  useEffect(() => {
    if (!wanted || loaded.peek() !== undefined) return;
    void (async () => {
      const renderer = await import("./markdown.tsx").catch(() => undefined);
      if (renderer !== undefined) loaded.value = { render: renderer.Markdown };
    })();
  }, [wanted]);
  return wanted ? loaded.value?.render : undefined;
}

export function Passage({ text, render: Render }: PassageProps) {
  return Render === undefined ? <p class="passage">{text}</p> : <Render text={text} />;
}
