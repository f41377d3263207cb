import { describe, expect, test } from "vitest";
import { resourcesOf, synthesize } from "../support/template.ts";

const withPrefix = (prefix: string) =>
  synthesize("aws", {
    SLUICE_SOURCES: JSON.stringify([{ name: "docs", tenant: "acme", bucket: "files", prefix }]),
  });

describe("the rights on a source's prefix", () => {
  test.each([
    ["報告/2026/", "files/*/2026/*"],
    ["Übersicht/", "files/Übersicht/*"],
    ["Zürich – alt/", "files/Zürich * alt/*"],
    ["${team}/[old/", "files/$?team?/?old/*"],
    ["a) reports (2025/", "files/a? reports ?2025/*"],
  ])("of %s are %s: IAM and the CDK refuse the rest", (prefix, objects) => {
    const policies = resourcesOf(withPrefix(prefix), "AWS::IAM::Policy").map(([, { Properties }]) =>
      JSON.stringify(Properties["PolicyDocument"]),
    );
    expect(policies.filter((one) => !/^[\t\n\r\u0020-\u00ff]*$/.test(one))).toEqual([]);
    const reading = policies.filter((one) => one.includes(`:s3:::${objects}"`));
    expect(reading).toHaveLength(2);
    for (const one of reading) {
      expect(one).toContain(`"s3:prefix":"${objects.slice("files/".length)}"`);
    }
  });

  test("do not change what its events and its code look for", () => {
    const rules = resourcesOf(withPrefix("報告/"), "AWS::Events::Rule").map(
      ([, { Properties }]) => Properties["EventPattern"],
    );
    expect(JSON.stringify(rules)).toContain('"key":[{"prefix":"報告/"}]');
  });
});
