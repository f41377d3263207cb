import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { explain } from "../logic/advice.ts";
import { createApi } from "../logic/api.ts";
import { enteredKey, isPlausibleKey } from "../logic/key.ts";
import { Logo } from "./icons.tsx";

interface KeyGateProps {
  readonly base: string;
  /** Why the key is requested again. */
  readonly complaint: string;
  readonly onKey: (key: string, lasting: boolean) => void;
}

export function KeyGate({ base, complaint, onKey }: KeyGateProps) {
  const problem = useSignal(complaint);
  const checking = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = "Enter a key · Sluice";
  }, []);

  const enter = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const key = enteredKey(field.current?.value ?? "");
    problem.value = "";
    if (key === "") problem.value = "Enter an API key or a token.";
    else if (!isPlausibleKey(key)) {
      problem.value =
        "A key or token has no spaces or special letters. Copy the whole of it again.";
    } else {
      checking.value = true;
      try {
        await createApi(base, key).health();
        return onKey(key, data.get("keep") === "on");
      } catch (error) {
        problem.value = explain(error);
      } finally {
        checking.value = false;
      }
    }
    field.current?.focus();
    field.current?.select();
  };

  const wrong = problem.value !== "";
  return (
    <main class="key-gate">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void enter(event.currentTarget);
        }}
      >
        <Logo />
        <h1>Open the sluice</h1>
        <p class="lead">
          Send documents and search their passages. Enter your API key, or the token of your
          sign-in, to see your documents and jobs.
        </p>
        <label for="key">API key or token</label>
        <input
          ref={field}
          id="key"
          name="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          autofocus
          aria-invalid={wrong}
          aria-describedby={wrong ? "key-problem key-hint" : "key-hint"}
        />
        {wrong && (
          <p id="key-problem" class="field-problem" role="alert">
            {problem}
          </p>
        )}
        <label class="choice">
          <input type="checkbox" name="keep" />
          Keep the key in this browser after the tab is closed
        </label>
        <button type="submit" class="primary" disabled={checking.value}>
          {checking.value ? "Checking …" : "Open the console"}
        </button>
        <p id="key-hint" class="hint">
          It stays in this browser and is sent only to this address. On a laptop, npm start prints a
          key. On AWS, create one with{" "}
          <code>npm run sluice -- keys create --tenant NAME --aws</code>.
        </p>
      </form>
    </main>
  );
}
