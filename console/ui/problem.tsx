import type { ReadonlySignal } from "@preact/signals";

/** Why something did not work; nothing while it is empty. */
export function Problem({ text }: { text: ReadonlySignal<string> }) {
  if (text.value === "") return null;
  return (
    <p class="bad-text" role="alert">
      {text}
    </p>
  );
}
