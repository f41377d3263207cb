/** Calls that may take longer than the process's `fetch` lets them. */
type Dispatcher = NonNullable<RequestInit["dispatcher"]>;

/** `fetch` ends a request whose answer does not begin, or does not go on, for 300 s. */
const longestOfFetchMs = 290_000;
let patient: Promise<Dispatcher> | undefined;

/**
 * Connections without a limit of their own, for a call that its signal ends later than `fetch` would.
 * @returns `undefined` where `fetch` will do: then nothing more is loaded
 */
export async function connectionsFor(
  timeoutMs: number | undefined,
): Promise<Dispatcher | undefined> {
  if (timeoutMs === undefined || timeoutMs <= longestOfFetchMs) return undefined;
  patient ??= import("undici").then(
    // The library is newer than the types that Node's own copy of it has.
    ({ Agent }) => new Agent({ headersTimeout: 0, bodyTimeout: 0 }) as unknown as Dispatcher,
  );
  return patient;
}
