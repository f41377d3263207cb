import { useSignal } from "@preact/signals";
import type { SearchAnswer } from "../../../lambdas/contract/calls/search.ts";
import { citationOf } from "../../logic/citation.ts";
import { language } from "../../logic/format.ts";
import { highlight } from "../../logic/highlight.ts";
import { hrefOf } from "../../logic/route.ts";

interface ResultProps {
  readonly result: SearchAnswer["results"][number];
  readonly words: readonly string[];
}

/** A passage that is little longer than its snippet is shown whole. */
const foldedLength = 420;

export function Result({ result, words }: ResultProps) {
  const unfolded = useSignal(false);
  const long = result.text.length > foldedLength;
  const { metadata, headings = [] } = result;
  const citation = citationOf(result);
  const { snippet = { text: result.text.slice(0, foldedLength), start: 0 } } = result;
  const folded = long && !unfolded.value;
  const cutAfter = snippet.start + snippet.text.length < result.text.length;
  return (
    <li class="card result">
      <header>
        <a href={hrefOf({ view: "document", id: result.document_id })}>
          {result.title ?? result.document_id}
        </a>
        <span class="muted">
          {headings.length > 0 && `${headings.join(" › ")} · `}
          {citation !== undefined && `${citation} · `}
          chunk {result.chunk_index}
          {metadata !== undefined && ` · ${language(metadata.language)}`}
        </span>
        <span class="score" title="Compare scores within this search only">
          {result.score.toFixed(2)}
        </span>
      </header>
      <p class="passage">
        {folded && snippet.start > 0 && "…"}
        <Marked text={folded ? snippet.text : result.text} words={words} />
        {folded && cutAfter && "…"}
      </p>
      {long && (
        <button
          type="button"
          class="link"
          aria-expanded={unfolded.value}
          onClick={() => {
            unfolded.value = !unfolded.value;
          }}
        >
          {unfolded.value ? "Show less" : "Show the whole passage"}
        </button>
      )}
    </li>
  );
}

/** The parts become text nodes, so the passage can never inject markup. */
function Marked({ text, words }: { text: string; words: readonly string[] }) {
  return (
    <>
      {highlight(text, words).map((part, index) =>
        part.hit ? <mark key={index}>{part.text}</mark> : part.text,
      )}
    </>
  );
}
