import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { filesOf, visible } from "../../logic/dropped.ts";
import { acceptedFiles, formatList, formatsInWords, limitsInWords } from "../../logic/files.ts";
import { useSession } from "../context.ts";
import { icons } from "../icons.tsx";

export function DropZone() {
  const { outbox } = useSession();
  const over = useSignal(false);
  const picker = useRef<HTMLInputElement>(null);
  const folderPicker = useRef<HTMLInputElement>(null);

  const take = (field: HTMLInputElement) => {
    const files = visible([...(field.files ?? [])]);
    if (files.length > 0) outbox.add(files);
    // Allows choosing the same files again.
    field.value = "";
  };

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
        {formatsInWords}, {limitsInWords}. A file of the same name and folder becomes the next
        version.
      </p>
      <div class="actions">
        <button type="button" class="primary" onClick={() => picker.current?.click()}>
          {icons.upload}
          Choose files
        </button>
        <button type="button" class="onto-water" onClick={() => folderPicker.current?.click()}>
          Choose a folder
        </button>
      </div>
      <details>
        <summary>All file types</summary>
        <dl>
          {formatList.map(({ title, endings }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{endings}</dd>
            </div>
          ))}
        </dl>
      </details>
      <input
        ref={picker}
        type="file"
        multiple
        accept={acceptedFiles}
        class="unseen"
        tabIndex={-1}
        aria-label="Files to send"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folderPicker}
        type="file"
        {...{ webkitdirectory: true }}
        class="unseen"
        tabIndex={-1}
        aria-label="Folder to send"
        onChange={(event) => take(event.currentTarget)}
      />
    </section>
  );
}
