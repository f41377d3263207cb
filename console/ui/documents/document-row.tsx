import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { count } from "../../logic/format.ts";
import { typeOf } from "../../logic/reading/document-filter.ts";
import { hrefOf, noSearch } from "../../logic/route.ts";
import { icons } from "../icons.tsx";
import { When } from "../when.tsx";

interface DocumentRowProps {
  readonly stored: DocumentAnswer;
  readonly selected: boolean;
  readonly onSelect: (selected: boolean) => void;
  readonly onDelete: () => void;
}

export function DocumentRow({ stored, selected, onSelect, onDelete }: DocumentRowProps) {
  const { document_id: id, title, attributes = {} } = stored;
  return (
    <li>
      <input
        type="checkbox"
        aria-label={`Select ${id}`}
        checked={selected}
        onChange={(event) => onSelect(event.currentTarget.checked)}
      />
      <div class="what">
        <a href={hrefOf({ view: "document", id })}>{title ?? id}</a>
        <p class="muted">
          {title !== undefined && `${id} · `}
          {typeOf(stored)} · version {stored.document_version} ·{" "}
          {count(stored.chunk_count, "chunk")} · stored <When iso={stored.stored_at} />
        </p>
        {Object.keys(attributes).length > 0 && (
          <ul class="chips" aria-label="Attributes">
            {Object.entries(attributes).map(([name, value]) => (
              <li key={name} class="chip">
                {name}={String(value)}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="actions">
        <a
          class="button secondary"
          href={hrefOf({ ...noSearch, document: id })}
          aria-label={`Search in ${id}`}
        >
          {icons.search}
          Search
        </a>
        <button type="button" class="quiet" aria-label={`Delete ${id}`} onClick={onDelete}>
          {icons.bin}
        </button>
      </div>
    </li>
  );
}
