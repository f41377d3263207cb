import { describe, expect, test } from "vitest";
import { corsHeaders } from "../../../lambdas/platform/cors-origins.ts";
import { parseSettings } from "../../../lambdas/platform/settings.ts";

const list = "https://a.example, http://localhost:3000";

describe("SLUICE_CORS_ORIGINS", () => {
  test("lets any page read the answers, if it is not set", () => {
    const { CORS_ORIGINS } = parseSettings({});
    const headers = { "access-control-allow-origin": "*" };
    expect(corsHeaders(CORS_ORIGINS, "https://any.example")).toEqual(headers);
    expect(corsHeaders(CORS_ORIGINS, undefined)).toEqual(headers);
  });

  test.each(["https://a.example", "http://localhost:3000"])(
    "lets %s of its list read",
    (origin) => {
      const headers = { vary: "Origin", "access-control-allow-origin": origin };
      expect(corsHeaders(list, origin)).toEqual(headers);
    },
  );

  test.each([
    "https://b.example",
    "https://a.example.evil.example",
    "http://a.example",
    "https://aXexample",
    "null",
    "",
    undefined,
  ])("lets no page of %s read, and says so to caches", (origin) => {
    expect(corsHeaders(list, origin)).toEqual({ vary: "Origin" });
  });

  test.each([
    "https://a.example/",
    "https://a.example/path",
    "a.example",
    "https://*.example",
    "https://a.example,*",
    "https://a.example,",
    "https://A.example",
    "https://a.example:443",
    "ftp://a.example",
    "https://a'b.example",
  ])("refuses %s, which no browser sends as an origin", (value) => {
    expect(() => parseSettings({ SLUICE_CORS_ORIGINS: value })).toThrow(
      /SLUICE_CORS_ORIGINS must be `\*`, or origins separated by commas/,
    );
  });
});
