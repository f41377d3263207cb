/** The API key or token: entered once, stored only in this browser, deleted on request. */

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

/** The gateway allows some 10,000 bytes for all headers. */
const longest = { key: 256, token: 8_192 } as const;

/** Header values hold visible ASCII only; any other character is a copying mistake. */
export function isPlausibleKey(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key) && key.length <= longest[isToken(key) ? "token" : "key"];
}

/** A JSON Web Token begins with the letters of `{"`; no API key has dots. */
export function isToken(key: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(key);
}

/** What was entered, without the word that stands before a token in a header. */
export function enteredKey(text: string): string {
  return text.trim().replace(/^Bearer\s+/i, "");
}

/** The header that shows who calls. */
export function headerOf(key: string): Readonly<Record<string, string>> {
  return isToken(key) ? { authorization: `Bearer ${key}` } : { "x-api-key": key };
}
