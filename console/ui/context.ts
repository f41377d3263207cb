import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { Session } from "../state/session.ts";

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("This component needs a key, but no key is set.");
  return session;
}

let arrived = false;

/** For a view's heading: keyboard and screen-reader users continue from it. */
export function useHeading(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Sluice`;
    // On the first view of the page, the browser controls the focus.
    if (arrived) heading.current?.focus();
    arrived = true;
  }, [title]);
  return heading;
}
