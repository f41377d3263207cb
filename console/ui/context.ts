import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { Session } from "../state/session.ts";

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("This needs a key, and there is none.");
  return session;
}

let arrived = false;

/** For a view's heading: whoever came here by keyboard or screen reader goes on from it. */
export function useHeading(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Sluice`;
    // At first sight of the page the focus is the browser's own.
    if (arrived) heading.current?.focus();
    arrived = true;
  }, [title]);
  return heading;
}
