/** The table of docs/cost.md for a deployment that does nothing. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { resourcesOf, synthesize } from "../support/template.ts";

const page = readFileSync(new URL("../../docs/cost.md", import.meta.url), "utf8");
const table = page.split("## An idle deployment")[1]?.split("**Together**")[0] ?? "";
const rows = table
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .flatMap(([, item = "", , cost = ""]) => {
    const amounts = [...cost.matchAll(/\$([\d.]+)/g)].map(([, amount]) => Number(amount));
    return amounts.length === 0
      ? []
      : [{ item, least: amounts[0] ?? 0, most: amounts.at(-1) ?? 0 }];
  });
const sum = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0).toFixed(2);
const stated = (what: RegExp) => [...(what.exec(page) ?? [])].slice(1);
const most = rows.filter(({ item }) => !/dashboard|Secrets Manager/.test(item));

test("the rows add up to what the table and the text say", () => {
  expect(rows.length).toBeGreaterThan(8);
  expect(stated(/\*\*Together\*\* \| \| \*\*\$([\d.]+) to \$([\d.]+)\*\*/)).toEqual([
    sum(rows.map(({ least }) => least)),
    sum(rows.map((row) => row.most)),
  ]);
  expect(stated(/Without the dashboard and without providers' keys at most \$(\d+\.\d+)/)).toEqual([
    sum(most.map((row) => row.most)),
  ]);
});

test("the table has as many alarms and polled queues as the stack", () => {
  const aws = synthesize("aws");
  const alarms = resourcesOf(aws, "AWS::CloudWatch::Alarm").length;
  expect(table).toContain(`| ${alarms} alarms |`);
  const queues = resourcesOf(aws, "AWS::Lambda::EventSourceMapping").length;
  // Each is asked for 20 seconds at a time, by five pollers, in 730 hours.
  const polls = (queues * 5 * 730 * 3_600) / 20;
  expect(table).toContain(`${polls.toLocaleString("en-US")} a month`);
});
