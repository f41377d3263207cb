/** What the console's addresses answer: the page, its assets, and nothing else. */
import { notFound } from "../../contract/refusals.ts";

/** The built page: file names and their text. */
export type Assets = ReadonlyMap<string, string>;

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const pageName = "index.html";

/** Text only: API Gateway passes other bytes in base64, and only where it is told to. */
const typeByExtension: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * No script, style or connection but the stack's own, no script from text in
 * any way (Trusted Types refuse the DOM's own doors to it), no frame around it.
 * @param uploadOrigin where presigned uploads go
 */
export function securityHeaders(uploadOrigin: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${uploadOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
  };
}

/**
 * @param file the part of the address below `/console`, if there is one
 * @throws RequestRefusedError `not_found`
 */
export function servePage(
  assets: Assets,
  file: string | undefined,
  uploadOrigin: string,
): PageAnswer {
  const name = file ?? pageName;
  const body = assets.get(name);
  const contentType = typeByExtension[name.slice(name.lastIndexOf(".") + 1)];
  if (body === undefined || contentType === undefined) throw notFound(`The file ${name}`);
  return {
    status: 200,
    headers: {
      ...securityHeaders(uploadOrigin),
      "content-type": contentType,
      // An asset's name holds the hash of its content; the page names the assets of the day.
      "cache-control": file === undefined ? "no-cache" : "public, max-age=31536000, immutable",
    },
    body,
  };
}
