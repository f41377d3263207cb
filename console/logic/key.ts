/** The API key: entered once, kept in this browser only, forgotten on request. */

/** What `localStorage` and `sessionStorage` have in common. */
export interface Drawer {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface Drawers {
  /** Until the tab is closed. */
  readonly session: Drawer;
  /** Until it is forgotten. */
  readonly lasting: Drawer;
}

const name = "sluice.key";

export function keptKey({ session, lasting }: Drawers): string | undefined {
  return session.getItem(name) ?? lasting.getItem(name) ?? undefined;
}

export function keepKey(drawers: Drawers, key: string, lasting: boolean): void {
  forgetKey(drawers);
  drawers[lasting ? "lasting" : "session"].setItem(name, key);
}

export function forgetKey({ session, lasting }: Drawers): void {
  session.removeItem(name);
  lasting.removeItem(name);
}

/**
 * The key in `http://127.0.0.1:8060/#key=…`, as `npm start` prints it. Fragments
 * are never sent to a server. On a laptop only: elsewhere such a link could make
 * somebody work, unaware, with the key of whoever sent it.
 */
export function keyInAddress(address: string): string | undefined {
  const { hostname, hash } = new URL(address);
  if (!["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return undefined;
  return /^#key=([\x21-\x7e]+)$/.exec(hash)?.[1];
}

/** Header values hold visible ASCII; anything else is a slip of copying. */
export function isPlausibleKey(key: string): boolean {
  return /^[\x21-\x7e]{1,256}$/.test(key);
}
