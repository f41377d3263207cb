/** The pages that may call the API from a browser: `SLUICE_CORS_ORIGINS`. */

/** As a browser sends it: scheme, host, and a port that is not the scheme's own. */
function isOrigin(text: string): boolean {
  // The gateway's templates quote the origin: letters of a host alone, so that none ends the quotes.
  return (
    /^https?:\/\/[\w.[\]:-]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text
  );
}

export function originsOf(list: string): string[] {
  return list.split(",").map((entry) => entry.trim());
}

export function areOrigins(list: string): boolean {
  return list === "*" || originsOf(list).every(isOrigin);
}

/**
 * @param list the setting
 * @param asking the request's `Origin`, if it names one
 * @returns headers that let the page read the answer, or tell it that it may not
 */
export function corsHeaders(list: string, asking: string | undefined): Record<string, string> {
  if (list === "*") return { "access-control-allow-origin": "*" };
  const allowed = asking !== undefined && originsOf(list).includes(asking);
  return {
    // Caches keep one answer for each origin.
    vary: "Origin",
    ...(allowed ? { "access-control-allow-origin": asking } : {}),
  };
}
