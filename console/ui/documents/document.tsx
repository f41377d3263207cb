import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { explain } from "../../logic/advice.ts";
import { chunkPageSize } from "../../logic/api.ts";
import { count } from "../../logic/format.ts";
import { hrefOf, noSearch } from "../../logic/route.ts";
import { useHeading, useSession } from "../context.ts";
import { icons } from "../icons.tsx";
import { LoadButton, More } from "../more.tsx";
import { usePaged } from "../paged.ts";
import { Problem } from "../problem.tsx";
import { When } from "../when.tsx";
import { type Chunk, ChunkCard } from "./chunk-card.tsx";
import { useMarkdown } from "./passage.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";

interface DocumentViewProps {
  readonly id: string;
  /** The chunk that a search led to; it is shown between its neighbours. */
  readonly sought?: number | undefined;
}

export function DocumentView({ id, sought }: DocumentViewProps) {
  const { api } = useSession();
  const stored = useSignal<DocumentAnswer | undefined>(undefined);
  const removing = useSignal(false);
  const asSource = useSignal(false);
  const heading = useHeading(id);
  // The listing of its chunks reports a missing document.
  useEffect(() => {
    void (async () => {
      stored.value = await api.document(id).catch(() => undefined);
    })();
  }, [id]);
  const first = Math.max(0, (sought ?? 0) - 1);
  const paged = usePaged(async (from: number | undefined) => {
    const page = await api.chunks(id, from ?? first);
    return { items: page.chunks, next: page.next_from };
  });
  const isPlain = stored.value?.content_type === "text/plain";
  const render = useMarkdown(!asSource.value && stored.value !== undefined && !isPlain);
  const chunks = paged.items.value;

  return (
    <article class="view">
      <a class="back" href={hrefOf({ view: "documents" })}>
        ← All documents
      </a>
      <header class="title">
        <h1 ref={heading} tabIndex={-1}>
          {stored.value?.title ?? id}
        </h1>
        {stored.value !== undefined && <About stored={stored.value} />}
        <div class="actions">
          <a class="button secondary" href={hrefOf({ ...noSearch, document: id })}>
            {icons.search}
            Search in it
          </a>
          {stored.value !== undefined && !isPlain && (
            <button
              type="button"
              class="secondary"
              aria-pressed={asSource.value}
              onClick={() => {
                asSource.value = !asSource.value;
              }}
            >
              Show as text
            </button>
          )}
          {stored.value !== undefined && (
            <button
              type="button"
              class="secondary"
              onClick={() => {
                removing.value = true;
              }}
            >
              {icons.bin}
              Delete
            </button>
          )}
        </div>
      </header>
      {paged.busy.value && chunks.length === 0 && <p class="loading">Loading chunks …</p>}
      <Earlier
        id={id}
        first={chunks[0]?.chunk_index ?? 0}
        onLoaded={(earlier) => {
          paged.items.value = [...earlier, ...paged.items.peek()];
        }}
      />
      <ol class="chunks">
        {chunks.map((chunk, n) => (
          <ChunkCard
            key={chunk.chunk_index}
            chunk={chunk}
            before={chunks[n - 1]}
            sought={chunk.chunk_index === sought}
            render={render}
          />
        ))}
      </ol>
      <More paged={paged} what="chunks" />
      {removing.value && stored.value !== undefined && (
        <RemoveDialog
          documents={[stored.value]}
          onClose={(removed) => {
            removing.value = false;
            if (removed.length > 0) location.hash = hrefOf({ view: "documents" });
          }}
        />
      )}
    </article>
  );
}

interface EarlierProps {
  readonly id: string;
  /** Index of the first chunk that is shown. */
  readonly first: number;
  readonly onLoaded: (chunks: Chunk[]) => void;
}

/** The chunks before the one that a search led to. */
function Earlier({ id, first, onLoaded }: EarlierProps) {
  const { api } = useSession();
  const busy = useSignal(false);
  const problem = useSignal("");
  if (first === 0) return null;
  const load = async () => {
    busy.value = true;
    problem.value = "";
    try {
      const from = Math.max(0, first - chunkPageSize);
      onLoaded((await api.chunks(id, from, first - from)).chunks);
    } catch (error) {
      problem.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="more">
      <LoadButton busy={busy} load={load}>
        Show earlier chunks
      </LoadButton>
      <Problem text={problem} />
    </div>
  );
}

function About({ stored }: { stored: DocumentAnswer }) {
  const attributes = Object.entries(stored.attributes ?? {});
  return (
    <div class="about">
      <p class="muted">
        Version {stored.document_version} · {count(stored.chunk_count, "chunk")} · stored{" "}
        <When iso={stored.stored_at} /> · {stored.embedding_model}
      </p>
      {attributes.length > 0 && (
        <ul class="chips" aria-label="Attributes">
          {attributes.map(([name, value]) => (
            <li key={name} class="chip">
              {name}={String(value)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
