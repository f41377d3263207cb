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

/** The time today, otherwise the day and the time. */
export function when(iso: string, nowMs: number): string {
  const then = new Date(iso);
  const today = new Date(nowMs).toDateString() === then.toDateString();
  return (today ? clockTime : dayAndTime).format(then);
}

const languages = new Intl.DisplayNames(["en"], { type: "language" });

/** `German` for `de`. */
export function language(code: string): string {
  if (code === "und") return "unknown language";
  return languages.of(code) ?? code;
}
