import { useSignal } from "@preact/signals";
import { count, language } from "../../logic/format.ts";
import { citationOf } from "../../logic/reading/citation.ts";
import { highlight } from "../../logic/reading/highlight.ts";
import {
  type ResultGroup,
  readable,
  reference,
  type SearchResult,
  whyFound,
} from "../../logic/reading/results.ts";
import { hrefOf, type SearchRoute } from "../../logic/route.ts";
import { CopyButton } from "../copy-button.tsx";

interface GroupProps {
  readonly group: ResultGroup;
  readonly words: readonly string[];
  readonly route: SearchRoute;
}

/** Passages of a document that are shown at first. */
const shownPassages = 2;

/** The passages of one document. */
export function Group({ group, words, route }: GroupProps) {
  const all = useSignal(false);
  const { documentId, title, results } = group;
  const shown = all.value ? results : results.slice(0, shownPassages);
  const hidden = results.length - shown.length;
  return (
    <li class="card result">
      <header>
        <a href={hrefOf({ view: "document", id: documentId })}>{title}</a>
        {route.document === "" && (
          <a
            class="only"
            href={hrefOf({ ...route, document: documentId })}
            aria-label={`Only this document: ${title}`}
          >
            Only this document
          </a>
        )}
      </header>
      <ol class="passages">
        {shown.map((result) => (
          <Passage key={result.chunk_index} result={result} words={words} />
        ))}
      </ol>
      {hidden > 0 && (
        <button
          type="button"
          class="link"
          onClick={() => {
            all.value = true;
          }}
        >
          {count(hidden, "more passage")} of this document
        </button>
      )}
    </li>
  );
}

/** A passage that is little longer than its snippet is shown whole. */
const foldedLength = 420;

interface PassageProps {
  readonly result: SearchResult;
  readonly words: readonly string[];
}

function Passage({ result, words }: PassageProps) {
  const unfolded = useSignal(false);
  const { text, snippet = { text: text.slice(0, foldedLength), start: 0 } } = result;
  const long = text.length > foldedLength;
  const folded = long && !unfolded.value;
  const cutAfter = snippet.start + snippet.text.length < text.length;
  return (
    <li>
      <Place result={result} />
      <p class="passage">
        {folded && snippet.start > 0 && "… "}
        <Marked text={readable(folded ? snippet.text : text)} words={words} />
        {folded && cutAfter && " …"}
      </p>
      <div class="under">
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
        <details class="why">
          <summary>Why this passage?</summary>
          <ul>
            {whyFound(result).map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </details>
        <CopyButton text={reference(result)} label="Copy citation" />
      </div>
    </li>
  );
}

/** Where the passage stands; leads to the chunk among its neighbours. */
function Place({ result }: { result: SearchResult }) {
  const { document_id: id, chunk_index: chunk, headings = [], metadata } = result;
  const citation = citationOf(result);
  return (
    <p class="place muted">
      <a href={hrefOf({ view: "document", id, chunk })}>{citation ?? `chunk ${chunk}`}</a>
      {headings.length > 0 && ` · ${headings.join(" › ")}`}
      {citation !== undefined && ` · chunk ${chunk}`}
      {metadata !== undefined && ` · ${language(metadata.language)}`}
    </p>
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
