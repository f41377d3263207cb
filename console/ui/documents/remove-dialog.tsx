import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { explain } from "../../logic/advice.ts";
import { count } from "../../logic/format.ts";
import { useSession } from "../context.ts";

interface RemoveDialogProps {
  readonly stored: DocumentAnswer;
  readonly onClose: (removed: boolean) => void;
}

/** The browser's own modal dialog: it traps the focus, and Escape closes it. */
export function RemoveDialog({ stored, onClose }: RemoveDialogProps) {
  const { api } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const busy = useSignal(false);
  const problem = useSignal("");
  useEffect(() => dialog.current?.showModal(), []);

  const remove = async () => {
    busy.value = true;
    problem.value = "";
    try {
      await api.removeDocument(stored.document_id);
      dialog.current?.close();
      onClose(true);
    } catch (error) {
      problem.value = explain(error);
      busy.value = false;
    }
  };

  return (
    <dialog
      ref={dialog}
      aria-labelledby="remove-title"
      aria-describedby="remove-what"
      onCancel={() => onClose(false)}
    >
      <h2 id="remove-title">Delete {stored.title ?? stored.document_id}?</h2>
      <p id="remove-what">
        Its {count(stored.chunk_count, "chunk")} {stored.chunk_count === 1 ? "leaves" : "leave"}{" "}
        every search at once. This cannot be undone; sending the document again stores it anew.
      </p>
      {problem.value !== "" && (
        <p class="bad-text" role="alert">
          {problem}
        </p>
      )}
      <div class="actions">
        <button
          type="button"
          class="secondary"
          onClick={() => {
            dialog.current?.close();
            onClose(false);
          }}
        >
          Keep it
        </button>
        <button type="button" class="danger" disabled={busy.value} onClick={() => void remove()}>
          {busy.value ? "Deleting …" : "Delete"}
        </button>
      </div>
    </dialog>
  );
}
