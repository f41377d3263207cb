import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ConsoleSignIn } from "../../lambdas/contract/console-sign-in.ts";
import { explain } from "../logic/advice.ts";
import { createApi } from "../logic/api.ts";
import { enteredKey, isPlausibleKey } from "../logic/key.ts";
import { drawers } from "./browser.ts";
import { Logo } from "./icons.tsx";

interface KeyGateProps {
  readonly base: string;
  /** Why the key is requested again. */
  readonly complaint: string;
  /** How people sign in, if they can. */
  readonly signIn: ConsoleSignIn | undefined;
  /** The page's URL, if the issuer sent the person back to it. */
  readonly returned: string | undefined;
  readonly onKey: (key: string, lasting: boolean) => void;
}

export function KeyGate({ base, complaint, signIn, returned, onKey }: KeyGateProps) {
  const problem = useSignal(complaint);
  const checking = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const page = `${base}/console`;
  const drawer = drawers.session;

  const tried = async (work: () => Promise<void>) => {
    problem.value = "";
    checking.value = true;
    try {
      await work();
    } catch (error) {
      problem.value = explain(error);
    } finally {
      checking.value = false;
    }
  };
  const openWith = async (key: string, lasting: boolean) => {
    await createApi(base, key).health();
    onKey(key, lasting);
  };

  useEffect(() => {
    document.title = signIn ? "Sign in · Sluice" : "Enter a key · Sluice";
    if (signIn === undefined || returned === undefined) return;
    void tried(async () => {
      const { endSignIn } = await import("../logic/sign-in.ts");
      const { token, hash } = await endSignIn(signIn, { page, address: returned, drawer });
      if (hash !== "") location.hash = hash;
      await openWith(token, false);
    });
  }, []);

  const goToIssuer = (offer: ConsoleSignIn) =>
    tried(async () => {
      const { beginSignIn } = await import("../logic/sign-in.ts");
      location.assign(await beginSignIn(offer, { page, hash: location.hash, drawer }));
    });

  const enter = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const key = enteredKey(field.current?.value ?? "");
    problem.value = "";
    if (key === "") problem.value = "Enter an API key or a token.";
    else if (!isPlausibleKey(key)) {
      problem.value =
        "A key or token has no spaces or special letters. Copy the whole of it again.";
    } else {
      await tried(() => openWith(key, data.get("keep") === "on"));
      if (problem.value === "") return;
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
          Send documents and search their passages.{" "}
          {signIn
            ? "Sign in to see your documents and jobs."
            : "Enter your API key, or the token of your sign-in, to see your documents and jobs."}
        </p>
        {signIn && (
          <button
            type="button"
            class="primary"
            disabled={checking.value}
            onClick={() => void goToIssuer(signIn)}
          >
            Sign in
          </button>
        )}
        <label for="key">{signIn ? "Or enter a token" : "API key or token"}</label>
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
          Keep the {signIn ? "token" : "key"} in this browser after the tab is closed
        </label>
        <button type="submit" class={signIn ? "secondary" : "primary"} disabled={checking.value}>
          {checking.value ? "Checking …" : "Open the console"}
        </button>
        <p id="key-hint" class="hint">
          It stays in this browser and is sent only to this address.
          {!signIn && (
            <>
              {" "}
              On a laptop, npm start prints a key. On AWS, create one with{" "}
              <code>npm run sluice -- keys create --tenant NAME --aws</code>.
            </>
          )}
        </p>
      </form>
    </main>
  );
}
