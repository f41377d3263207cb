import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { count, plain } from "../../logic/format.ts";
import { matches, typeOf } from "../../logic/reading/document-filter.ts";
import { useHeading, useSession } from "../context.ts";
import { icons } from "../icons.tsx";
import { More } from "../more.tsx";
import { usePaged } from "../paged.ts";
import { DocumentRow } from "./document-row.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { Sources } from "./sources.tsx";

const pageSize = 100;
/** A filter looks at so many documents; beyond them, "Show more" goes on. */
const mostFiltered = 2_000;

export function Documents() {
  const { api, announcement } = useSession();
  const heading = useHeading("Documents");
  const doomed = useSignal<readonly DocumentAnswer[]>([]);
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const text = useSignal("");
  const type = useSignal("");
  const paged = usePaged(async (cursor: string | undefined) => {
    const page = await api.documents({
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { items: page.documents, next: page.next_cursor };
  });
  const { items, busy, problem, next } = paged;
  const filtered = text.value !== "" || type.value !== "";
  const shown = items.value.filter((stored) => matches(stored, text.value, type.value));
  const selected = shown.filter(({ document_id }) => chosen.value.has(document_id));

  // The API lists documents by name only, so a filter needs all of them.
  const wanting = filtered && !busy.value && problem.value === "";
  const goesOn = wanting && typeof next.value === "string" && items.value.length < mostFiltered;
  useEffect(() => {
    if (goesOn) void paged.more();
  }, [goesOn, next.value]);

  return (
    <section class="view">
      <header class="title">
        <h1 ref={heading} tabIndex={-1}>
          Documents
        </h1>
        <p class="muted">All stored and searchable documents, by name.</p>
      </header>
      <Sources />
      {items.value.length > 0 && (
        <div class="row">
          <div class="document-filter">
            <input
              type="search"
              aria-label="Filter by title or attribute"
              placeholder="Title, or year=2026"
              value={text.value}
              onInput={(event) => {
                text.value = event.currentTarget.value;
              }}
            />
            <select
              aria-label="Filter by type"
              value={type.value}
              onChange={(event) => {
                type.value = event.currentTarget.value;
              }}
            >
              <option value="">Any type</option>
              {[...new Set(items.value.map(typeOf))].sort().map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
            {filtered && <p class="muted">{count(shown.length, "document")}</p>}
          </div>
          {selected.length > 0 && (
            <div class="actions">
              <strong>{plain(selected.length)} selected</strong>
              <button
                type="button"
                class="secondary"
                onClick={() => {
                  doomed.value = selected;
                }}
              >
                {icons.bin}
                Delete {plain(selected.length)}
              </button>
              <button
                type="button"
                class="quiet"
                onClick={() => {
                  chosen.value = new Set(shown.map(({ document_id }) => document_id));
                }}
              >
                Select all {plain(shown.length)}
              </button>
            </div>
          )}
        </div>
      )}
      {shown.length > 0 && (
        <ul class="card list documents">
          {shown.map((stored) => (
            <DocumentRow
              key={stored.document_id}
              stored={stored}
              selected={chosen.value.has(stored.document_id)}
              onSelect={(isSelected) => {
                const others = [...chosen.value].filter((id) => id !== stored.document_id);
                chosen.value = new Set(isSelected ? [...others, stored.document_id] : others);
              }}
              onDelete={() => {
                doomed.value = [stored];
              }}
            />
          ))}
        </ul>
      )}
      {shown.length === 0 && problem.value === "" && (
        <Nothing loading={busy.value || goesOn} filtered={filtered && items.value.length > 0} />
      )}
      <More paged={paged} what="documents" />
      {doomed.value.length > 0 && (
        <RemoveDialog
          documents={doomed.value}
          onClose={(removed) => {
            doomed.value = [];
            if (removed.length === 0) return;
            const isGone = ({ document_id }: DocumentAnswer) => removed.includes(document_id);
            items.value = items.value.filter((stored) => !isGone(stored));
            announcement.value = `${count(removed.length, "document")} deleted`;
            heading.current?.focus();
          }}
        />
      )}
    </section>
  );
}

/** Says that there is nothing only once it is known. */
function Nothing({ loading, filtered }: { loading: boolean; filtered: boolean }) {
  if (loading) return <p class="loading">Loading documents …</p>;
  return (
    <p class="empty">
      {filtered
        ? "No document matches. Use fewer words, or another type."
        : "No documents are stored yet. Send a document first."}
    </p>
  );
}
