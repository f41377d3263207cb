import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { offeredSignIn } from "../../../console/logic/sign-in-offer.ts";
import { compilePage } from "../../../infra/bundling/page.ts";
import {
  type Assets,
  pageName,
  securityHeaders,
  servePage,
} from "../../../lambdas/http/console/serve.ts";

const origin = "https://documents.s3.eu-west-1.amazonaws.com";
let assets: Assets;
beforeAll(async () => {
  const built = await compilePage();
  assets = new Map(built.map(({ path, content }) => [path, content.toString("utf8")]));
});
const page = () => servePage(assets, undefined, origin);

/** What the first view is held to: an eighth of a second on a slow connection. */
const budgetBytes = 40_000;
/** The reader of Markdown, which is loaded with the first document. */
const readerBudgetBytes = 50_000;
/** Signing in, where callers have tokens. */
const signInBudgetBytes = 8_000;

describe("the built page", () => {
  test("has no more JavaScript than its budgets, gzipped", () => {
    const scripts = [...assets].filter(([name]) => name.endsWith(".js"));
    const size = (of: typeof scripts) =>
      of.reduce((sum, [, text]) => sum + gzipSync(text).length, 0);
    const reader = scripts.filter(([name]) => name.startsWith("markdown-"));
    const signIn = scripts.filter(([name]) => /^sign-in-(?!offer)/.test(name));
    const first = scripts.filter((script) => !reader.includes(script) && !signIn.includes(script));
    expect(first).not.toEqual([]);
    expect(reader).toHaveLength(1);
    expect(size(first)).toBeLessThanOrEqual(budgetBytes);
    expect(size(reader)).toBeLessThanOrEqual(readerBudgetBytes);
    expect(signIn).toHaveLength(1);
    expect(size(signIn)).toBeLessThanOrEqual(signInBudgetBytes);
  });

  test("loads the reader of Markdown only when a document is opened", () => {
    const app = [...assets].find(([name]) => name.startsWith("app-"))?.[1] ?? "";
    const loadedAtOnce = [...app.matchAll(/(?:from|import)\s*"([^"]+)"/g)].map(([, name]) => name);
    expect(loadedAtOnce.filter((name) => name?.includes("markdown"))).toEqual([]);
    expect(app).toMatch(/import\("\.\/markdown-\w+\.js"\)/);
  });

  test("has no script and no style of its own in its HTML", () => {
    const { body } = page();
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=/i);
    for (const [script] of body.matchAll(/<script[^>]*>[^<]*<\/script>/g)) {
      expect(script).toMatch(/^<script type="module" src="console\/app-\w+\.js"><\/script>$/);
    }
  });

  test("writes text into the document in no way that could make it run", () => {
    const source = [...assets].find(([name]) => name.endsWith(".js"))?.[1] ?? "";
    expect(source).not.toMatch(/insertAdjacentHTML|document\.write|\beval\(|new Function/);
  });

  test("names files that are there, by addresses that hold under any stage", () => {
    const names = [...page().body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name);
    expect(names.length).toBe(3);
    for (const name of names) expect(assets.has(name?.replace(/^console\//, "") ?? "")).toBe(true);
  });
});

describe("the answers", () => {
  test("forbid everything but the stack's own, and connections to where uploads go", () => {
    const policy = securityHeaders(origin)["content-security-policy"]?.split("; ") ?? [];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).toContain(`connect-src 'self' ${origin}`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy.join()).not.toContain("unsafe");
  });

  test("name how people sign in, if they do, and allow connections to where codes are exchanged", () => {
    const signIn = {
      issuer: 'https://login.example.com/"><script>',
      authorizationEndpoint: "https://login.example.com/authorize",
      tokenEndpoint: "https://tokens.example.com/oauth2/token?a&b",
      clientId: "$&-7",
      scope: "openid profile",
      token: "id",
    } as const;
    const { body, headers } = servePage(assets, undefined, origin, signIn);
    expect(headers["content-security-policy"]).toContain(
      `connect-src 'self' ${origin} https://tokens.example.com;`,
    );
    const [, content = ""] = /<meta name="sluice-sign-in" content="([^"]+)">/.exec(body) ?? [];
    const read = content.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
    expect(offeredSignIn(read)).toEqual(signIn);
    expect(page().body).not.toContain("sluice-sign-in");
  });

  test("carry that policy with every file, which no browser shall sniff", () => {
    for (const name of [undefined, ...assets.keys()]) {
      const { headers } = servePage(assets, name, origin);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
    }
  });

  test("let files be kept, whose names change with them, and the page be asked for anew", () => {
    const script = [...assets.keys()].find((name) => name.endsWith(".js"));
    expect(servePage(assets, script, origin).headers["cache-control"]).toContain("immutable");
    expect(page().headers["cache-control"]).toBe("no-cache");
    expect(page().headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(assets.has(pageName)).toBe(true);
  });

  test("are 404 for any other file", () => {
    for (const name of ["app.js", "../handler.js", "__proto__", ""]) {
      expect(() => servePage(assets, name, origin)).toThrow("does not exist");
    }
  });
});
