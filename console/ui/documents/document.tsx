import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { citationOf } from "../../logic/citation.ts";
import { count, plain, when } from "../../logic/format.ts";
import { hrefOf } from "../../logic/route.ts";
import { useHeading, useSession } from "../context.ts";
import { icons } from "../icons.tsx";
import { More } from "../more.tsx";
import { usePaged } from "../paged.ts";
import { Metadata } from "./metadata.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";

export function DocumentView({ id }: { id: string }) {
  const { api } = useSession();
  const stored = useSignal<DocumentAnswer | undefined>(undefined);
  const removing = useSignal(false);
  const heading = useHeading(id);
  // The listing of its chunks reports a missing document.
  useEffect(() => {
    void (async () => {
      stored.value = await api.document(id).catch(() => undefined);
    })();
  }, [id]);
  const paged = usePaged(async (from: number | undefined) => {
    const page = await api.chunks(id, from ?? 0);
    return { items: page.chunks, next: page.next_from };
  });

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
          <a class="button secondary" href={hrefOf({ view: "search", query: "", document: id })}>
            {icons.search}
            Search in it
          </a>
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
      {paged.busy.value && paged.items.value.length === 0 && <p class="empty">Loading chunks …</p>}
      <ol class="chunks">
        {paged.items.value.map((chunk) => (
          <li key={chunk.chunk_index} class="card chunk">
            <header>
              <strong>{chunk.metadata?.title || `Chunk ${chunk.chunk_index}`}</strong>
              <span class="muted">
                {chunk.headings.length > 0 && `${chunk.headings.join(" › ")} · `}
                {citationOf(chunk) !== undefined && `${citationOf(chunk)} · `}
                chunk {chunk.chunk_index}, characters {plain(chunk.start)}–{plain(chunk.end)}
              </span>
            </header>
            <p class="passage">{chunk.text}</p>
            <Metadata metadata={chunk.metadata} />
          </li>
        ))}
      </ol>
      <More paged={paged} what="chunks" />
      {removing.value && stored.value !== undefined && (
        <RemoveDialog
          stored={stored.value}
          onClose={(removed) => {
            removing.value = false;
            if (removed) location.hash = hrefOf({ view: "documents" });
          }}
        />
      )}
    </article>
  );
}

function About({ stored }: { stored: DocumentAnswer }) {
  return (
    <p class="muted">
      Version {stored.document_version} · {count(stored.chunk_count, "chunk")} · stored{" "}
      {when(stored.stored_at, Date.now())} · {stored.embedding_model}
    </p>
  );
}
