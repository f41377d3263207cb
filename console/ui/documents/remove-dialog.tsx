import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { count } from "../../logic/format.ts";
import { forEach } from "../../state/bulk.ts";
import { useSession } from "../context.ts";
import { Problem } from "../problem.tsx";

interface RemoveDialogProps {
  /** At least one. */
  readonly documents: readonly DocumentAnswer[];
  /** Called with the ids of the documents that were deleted. */
  readonly onClose: (removed: readonly string[]) => void;
}

/** The browser's own modal dialog: it traps the focus, and Escape closes it. */
export function RemoveDialog({ documents, onClose }: RemoveDialogProps) {
  const { api } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const busy = useSignal(false);
  const problem = useSignal("");
  const removed = useRef(new Set<string>());
  useEffect(() => dialog.current?.showModal(), []);

  const close = () => {
    dialog.current?.close();
    onClose([...removed.current]);
  };
  const remove = async () => {
    busy.value = true;
    problem.value = "";
    const left = documents.filter(({ document_id: id }) => !removed.current.has(id));
    const { reasons } = await forEach(left, async ({ document_id: id }) => {
      await api.removeDocument(id);
      removed.current.add(id);
    });
    if (reasons.length === 0) return close();
    problem.value = reasons.join(" ");
    busy.value = false;
  };

  const chunks = documents.reduce((sum, { chunk_count }) => sum + chunk_count, 0);
  const [only] = documents;
  const one = documents.length === 1;
  return (
    <dialog
      ref={dialog}
      aria-labelledby="remove-title"
      aria-describedby="remove-what"
      onCancel={() => onClose([...removed.current])}
    >
      <h2 id="remove-title">
        Delete {one ? (only?.title ?? only?.document_id) : count(documents.length, "document")}?
      </h2>
      <p id="remove-what">
        {one ? "Its" : "Their"} {count(chunks, "chunk")} {chunks === 1 ? "leaves" : "leave"} every
        search at once. This cannot be undone; sending {one ? "the document" : "a document"} again
        stores it anew.
      </p>
      <Problem text={problem} />
      <div class="actions">
        <button type="button" class="secondary" onClick={close}>
          {one ? "Keep it" : "Keep them"}
        </button>
        <button type="button" class="danger" disabled={busy.value} onClick={() => void remove()}>
          {busy.value ? "Deleting …" : "Delete"}
        </button>
      </div>
    </dialog>
  );
}
