import { useSignal } from "@preact/signals";
import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { count, when } from "../../logic/format.ts";
import { hrefOf } from "../../logic/route.ts";
import { useHeading, useSession } from "../context.ts";
import { icons } from "../icons.tsx";
import { More } from "../more.tsx";
import { usePaged } from "../paged.ts";
import { RemoveDialog } from "./remove-dialog.tsx";

const pageSize = 50;

export function Documents() {
  const { api, announcement } = useSession();
  const heading = useHeading("Documents");
  const doomed = useSignal<DocumentAnswer | undefined>(undefined);
  const paged = usePaged(async (cursor: string | undefined) => {
    const page = await api.documents({
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { items: page.documents, next: page.next_cursor };
  });
  const { items, busy, problem } = paged;

  return (
    <section class="view">
      <header class="title">
        <h1 ref={heading} tabIndex={-1}>
          Documents
        </h1>
        <p class="muted">All stored and searchable documents, by name.</p>
      </header>
      {items.value.length > 0 && (
        <ul class="card list documents">
          {items.value.map((stored) => (
            <li key={stored.document_id}>
              <div class="what">
                <a href={hrefOf({ view: "document", id: stored.document_id })}>
                  {stored.title ?? stored.document_id}
                </a>
                <p class="muted">
                  {stored.document_id} · version {stored.document_version} ·{" "}
                  {count(stored.chunk_count, "chunk")} · stored {when(stored.stored_at, Date.now())}
                </p>
              </div>
              <div class="actions">
                <a
                  class="button secondary"
                  href={hrefOf({ view: "search", query: "", document: stored.document_id })}
                  aria-label={`Search in ${stored.document_id}`}
                >
                  {icons.search}
                  Search
                </a>
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Delete ${stored.document_id}`}
                  onClick={() => {
                    doomed.value = stored;
                  }}
                >
                  {icons.bin}
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {items.value.length === 0 && problem.value === "" && (
        <p class="empty">
          {busy.value
            ? "Loading documents …"
            : "No documents are stored yet. Send a document first."}
        </p>
      )}
      <More paged={paged} what="documents" />
      {doomed.value !== undefined && (
        <RemoveDialog
          stored={doomed.value}
          onClose={(removed) => {
            const gone = doomed.value?.document_id;
            doomed.value = undefined;
            if (!removed) return;
            items.value = items.value.filter(({ document_id }) => document_id !== gone);
            announcement.value = `${gone} was deleted`;
            heading.current?.focus();
          }}
        />
      )}
    </section>
  );
}
