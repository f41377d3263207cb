import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConsoleSignIn } from "../../lambdas/contract/console-sign-in.ts";
import { explain } from "../logic/advice.ts";
import { apiBase } from "../logic/api.ts";
import { forgetKey, keepKey, keptKey } from "../logic/key.ts";
import { hrefOf, noSearch, parseRoute, type Route } from "../logic/route.ts";
import { sorted } from "../state/outbox.ts";
import { openSession, type Session } from "../state/session.ts";
import { browserClock, drawers, putFile } from "./browser.ts";
import { SessionContext, useSession } from "./context.ts";
import { DocumentView } from "./documents/document.tsx";
import { Documents } from "./documents/documents.tsx";
import { icons, Logo } from "./icons.tsx";
import { Flow } from "./jobs/flow.tsx";
import { JobView } from "./jobs/job.tsx";
import { KeyGate } from "./key-gate.tsx";
import { Search } from "./search/search.tsx";

const base = apiBase(location.href);

interface AppProps {
  /** The key in the page's URL. */
  readonly given: string | undefined;
  /** How people sign in, if they can. */
  readonly signIn: ConsoleSignIn | undefined;
  /** The page's URL, if the issuer sent the person back to it. */
  readonly returned: string | undefined;
}

export function App({ given, signIn, returned }: AppProps) {
  const session = useSignal<Session | undefined>(undefined);
  const complaint = useSignal("");
  const back = useSignal(signIn && returned);

  const close = (why: string) => {
    back.value = undefined;
    session.peek()?.end();
    session.value = undefined;
    complaint.value = why;
  };
  const open = (key: string) => {
    session.peek()?.end();
    session.value = openSession({
      base,
      key,
      upload: putFile,
      clock: browserClock,
      visible: () => !document.hidden,
      onForbidden: (why) => {
        forgetKey(drawers);
        close(why);
      },
    });
  };

  useEffect(() => {
    if (given !== undefined) keepKey(drawers, given, false);
    const key = keptKey(drawers);
    // Who comes back from the issuer has just signed in as somebody.
    if (key !== undefined && back.peek() === undefined) open(key);
    const seen = () => {
      if (!document.hidden) session.peek()?.wake();
    };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, []);

  if (session.value === undefined) {
    return (
      <KeyGate
        base={base}
        complaint={complaint.value}
        signIn={signIn}
        returned={back.value}
        onKey={(key, lasting) => {
          keepKey(drawers, key, lasting);
          open(key);
        }}
      />
    );
  }
  const forget = () => {
    forgetKey(drawers);
    close("");
  };
  return (
    <SessionContext.Provider value={session.value}>
      <Shell onForget={forget} />
    </SessionContext.Provider>
  );
}

function Shell({ onForget }: { onForget: () => void }) {
  const session = useSession();
  const route = useSignal<Route>(parseRoute(location.hash));
  useEffect(() => {
    const follow = () => {
      route.value = parseRoute(location.hash);
      scrollTo(0, 0);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  useSignalEffect(() => {
    // Files that are not sent yet exist in this page only.
    if (sorted(session.outbox.parcels.value).moving.length === 0) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  });
  const at = route.value;
  useEffect(() => {
    session.focus.value = at.view === "job" ? at.id : undefined;
    session.wake();
  }, [at]);

  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.querySelector<HTMLElement>("main h1")?.focus()}
      >
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={hrefOf({ view: "flow" })}>
          <Logo />
          Sluice
        </a>
        <nav aria-label="Main">
          <Tab to={{ view: "flow" }} current={at.view === "flow" || at.view === "job"}>
            Pipeline
          </Tab>
          <Tab
            to={{ view: "documents" }}
            current={at.view === "documents" || at.view === "document"}
          >
            Documents
          </Tab>
          <Tab to={noSearch} current={at.view === "search"}>
            Search
          </Tab>
        </nav>
        <button type="button" class="quiet" onClick={onForget}>
          {icons.key}
          <span>Forget key</span>
        </button>
      </header>
      <Problem />
      <main id="main">
        <View at={at} />
      </main>
      <p class="unseen" role="status" aria-live="polite">
        {session.announcement}
      </p>
    </>
  );
}

function Tab({ to, current, children }: { to: Route; current: boolean; children: string }) {
  return (
    <a href={hrefOf(to)} aria-current={current ? "page" : undefined}>
      {children}
    </a>
  );
}

function View({ at }: { at: Route }) {
  switch (at.view) {
    case "flow":
      return <Flow />;
    case "job":
      return <JobView key={at.id} id={at.id} />;
    case "documents":
      return <Documents />;
    case "document":
      return <DocumentView key={`${at.id} ${at.chunk}`} id={at.id} sought={at.chunk} />;
    case "search":
      return <Search route={at} />;
  }
}

function Problem() {
  const problem = useSession().problem.value;
  if (problem === undefined) return null;
  return (
    <p class="notice bad" role="alert">
      {icons.alert}
      <span>This page may be out of date. {explain(problem)} The page keeps trying.</span>
    </p>
  );
}
