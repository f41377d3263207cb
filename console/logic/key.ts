/** The API key: entered once, stored only in this browser, deleted on request. */

/** The common part of `localStorage` and `sessionStorage`. */
export interface Drawer {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface Drawers {
  /** Until the tab is closed. */
  readonly session: Drawer;
  /** Until the user deletes it. */
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
 * The key in `http://127.0.0.1:8060/#key=…`, as `npm start` prints it. Browsers never send
 * fragments to a server. Read on a laptop only: elsewhere, such a link could make someone work
 * unknowingly with the sender's key.
 */
export function keyInAddress(address: string): string | undefined {
  const { hostname, hash } = new URL(address);
  if (!["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return undefined;
  return /^#key=([\x21-\x7e]+)$/.exec(hash)?.[1];
}

/** Header values hold visible ASCII only; any other character is a copying mistake. */
export function isPlausibleKey(key: string): boolean {
  return /^[\x21-\x7e]{1,256}$/.test(key);
}
