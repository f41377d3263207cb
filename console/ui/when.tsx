import { exactly, when } from "../logic/format.ts";

/** A point in time, with its day; the whole date and the time zone are its title. */
export function When({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={exactly(iso)}>
      {when(iso, Date.now())}
    </time>
  );
}
