import { useSignal } from "@preact/signals";
import { icons } from "./icons.tsx";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for the button. */
  readonly label: string;
  /** As `label`, for screen readers. @default the label */
  readonly spoken?: string;
}

const shownMs = 2_000;

/** Copies a text; for two seconds, the button says so. */
export function CopyButton({ text, label, spoken = label }: CopyButtonProps) {
  const said = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = "Copied";
    } catch {
      // Only pages over HTTPS or on this machine may copy.
      said.value = "Not allowed";
    }
    setTimeout(() => {
      said.value = "";
    }, shownMs);
  };
  return (
    <button
      type="button"
      class="copy"
      aria-label={said.value || spoken}
      onClick={() => void copy()}
    >
      {said.value === "Copied" ? icons.check : icons.copy}
      {said.value || label}
    </button>
  );
}
