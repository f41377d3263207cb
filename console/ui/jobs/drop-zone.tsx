import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { filesOf } from "../../logic/dropped.ts";
import { acceptedFiles, limitsInWords } from "../../logic/files.ts";
import { useSession } from "../context.ts";
import { icons } from "../icons.tsx";

export function DropZone() {
  const { outbox } = useSession();
  const over = useSignal(false);
  const picker = useRef<HTMLInputElement>(null);

  // A file dropped outside the zone would make the browser leave the page.
  useEffect(() => {
    const enter = (event: DragEvent) => {
      event.preventDefault();
      over.value = true;
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) over.value = false;
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      over.value = false;
      const items = [...(event.dataTransfer?.items ?? [])];
      void filesOf(items).then((files) => files.length > 0 && outbox.add(files));
    };
    addEventListener("dragover", enter);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [outbox]);

  return (
    <section class={over.value ? "drop over" : "drop"} aria-labelledby="drop-title">
      <h2 id="drop-title">{over.value ? "Release to send" : "Drop documents anywhere"}</h2>
      <p>
        Markdown or plain text, {limitsInWords}. Drop a folder to send all its files. A file with
        the same name and folder becomes the next version.
      </p>
      <button type="button" class="primary" onClick={() => picker.current?.click()}>
        {icons.upload}
        Choose files
      </button>
      <input
        ref={picker}
        type="file"
        multiple
        accept={acceptedFiles}
        class="unseen"
        tabIndex={-1}
        aria-label="Files to send"
        onChange={(event) => {
          outbox.add([...(event.currentTarget.files ?? [])]);
          // Allows choosing the same file again.
          event.currentTarget.value = "";
        }}
      />
    </section>
  );
}
