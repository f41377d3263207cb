import { useEffect, useRef } from "preact/hooks";
import type { ChunkPageAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { plain } from "../../logic/format.ts";
import { citationOf } from "../../logic/reading/citation.ts";
import { Metadata } from "./metadata.tsx";
import { Passage, type useMarkdown } from "./passage.tsx";

export type Chunk = ChunkPageAnswer["chunks"][number];

interface ChunkCardProps {
  readonly chunk: Chunk;
  /** The chunk above it on the page. */
  readonly before: Chunk | undefined;
  /** The one that a search led to. */
  readonly sought: boolean;
  readonly render: ReturnType<typeof useMarkdown>;
}

/** A chunk with its metadata; above it, where a page, slide or sheet begins. */
export function ChunkCard({ chunk, before, sought, render }: ChunkCardProps) {
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (sought) card.current?.scrollIntoView({ block: "center" });
  }, []);
  const citation = citationOf(chunk);
  const isNewPlace = citation !== undefined && (!before || citationOf(before) !== citation);
  const { chunk_index: index, headings, metadata, start, end, text, context } = chunk;
  return (
    <>
      {isNewPlace && <li class="place-mark">{capital(citation)}</li>}
      <li ref={card} class={sought ? "card chunk sought" : "card chunk"}>
        <header>
          <strong>{metadata?.title || `Chunk ${index}`}</strong>
          <span class="muted">
            {headings.length > 0 && `${headings.join(" › ")} · `}
            chunk {plain(index)}, characters {plain(start)}–{plain(end)}
            {sought && " · found by your search"}
          </span>
        </header>
        {context !== undefined && <p class="passage muted">{context}</p>}
        <Passage text={text} render={render} />
        <Metadata metadata={metadata} />
      </li>
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
