/** Numbers and times for people. */

const number = new Intl.NumberFormat("en");

export function count(n: number, one: string, many = `${one}s`): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

export function plain(n: number): string {
  return number.format(n);
}

export function bytes(n: number): string {
  if (n < 1_000) return count(n, "byte");
  if (n < 1_000_000) return `${(n / 1_000).toFixed(n < 10_000 ? 1 : 0)} KB`;
  return `${(n / 1_000_000).toFixed(1)} MB`;
}

/** `3, 5 to 9` */
export function ranges(sorted: readonly number[]): string {
  const runs: [from: number, until: number][] = [];
  for (const n of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === n) last[1] = n;
    else runs.push([n, n]);
  }
  return runs
    .map(([from, until]) => (from === until ? `${from}` : `${from} to ${until}`))
    .join(", ");
}

/** `$0.0142`, `$12.30`; with as many digits as small costs need. */
export function dollars(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function between(from: string, to: string): string {
  return duration(Date.parse(to) - Date.parse(from));
}

const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const wholeTime = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** `today, 14:03:12`, `yesterday, 14:03:12`, otherwise the date and the time. */
export function when(iso: string, nowMs: number): string {
  const then = new Date(iso);
  const days = Math.round((midnight(nowMs) - midnight(then.getTime())) / 86_400_000);
  if (days === 0) return `today, ${clockTime.format(then)}`;
  if (days === 1) return `yesterday, ${clockTime.format(then)}`;
  return dayAndTime.format(then);
}

/** With the day of the week and the time zone. */
export function exactly(iso: string): string {
  return wholeTime.format(new Date(iso));
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

const languages = new Intl.DisplayNames(["en"], { type: "language" });

/** `German` for `de`. */
export function language(code: string): string {
  if (code === "und") return "unknown language";
  return languages.of(code) ?? code;
}
