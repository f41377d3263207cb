/** Serves the console's page and its assets, and nothing else. */
import { type ConsoleSignIn, signInName } from "../../contract/console-sign-in.ts";
import { notFound } from "../../contract/refusals.ts";

/** The built page: the text of each file by its name. */
export type Assets = ReadonlyMap<string, string>;

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const pageName = "index.html";

/** Text only: API Gateway needs a setting to pass binary bodies. */
const typeByExtension: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * Allows scripts, styles and connections from the stack only. Trusted Types block scripts made from
 * text, and no site may frame the page.
 * @param uploadOrigin the origin of presigned uploads
 * @param signIn @default nobody can sign in
 */
export function securityHeaders(
  uploadOrigin: string,
  signIn?: ConsoleSignIn,
): Record<string, string> {
  const others = signIn ? [uploadOrigin, new URL(signIn.tokenEndpoint).origin] : [uploadOrigin];
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${others.join(" ")}`,
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
 * @param file the path below `/console`, if there is one
 * @param signIn how people sign in, which is written into the page @default they cannot
 * @throws RequestRefusedError `not_found`
 */
export function servePage(
  assets: Assets,
  file: string | undefined,
  uploadOrigin: string,
  signIn?: ConsoleSignIn,
): PageAnswer {
  const name = file ?? pageName;
  const body = assets.get(name);
  const contentType = typeByExtension[name.slice(name.lastIndexOf(".") + 1)];
  if (body === undefined || contentType === undefined) throw notFound(`The file ${name}`);
  return {
    status: 200,
    headers: {
      ...securityHeaders(uploadOrigin, signIn),
      "content-type": contentType,
      // An asset's name contains the hash of its content, so it can be cached for ever. The page
      // itself names the current assets.
      "cache-control": file === undefined ? "no-cache" : "public, max-age=31536000, immutable",
    },
    body: file === undefined && signIn ? withSignIn(body, signIn) : body,
  };
}

function withSignIn(page: string, signIn: ConsoleSignIn): string {
  const content = JSON.stringify(signIn)
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;");
  const meta = `<meta name="${signInName}" content="${content}">`;
  return page.replace("</head>", () => `${meta}</head>`);
}
