import type { Command } from "@commander-js/extra-typings";
import type { UsageReport } from "../../lambdas/contract/calls/usage.ts";
import { asJson } from "../options.ts";
import { output, table } from "../output.ts";
import { openClient } from "../session.ts";

export function addUsage(program: Command): void {
  program
    .command("usage")
    .description("show what the key's tenant used in a month, and what it cost")
    .option("--month <month>", "UTC month, for example 2026-11 (default: the current month)")
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const report = await openClient(out.note).usage(options.month);
      out.result(summary(report), report);
    });
}

function summary(report: UsageReport): string {
  const { completed, failed, cancelled } = report.jobs;
  const rows: [string, string][] = [
    ["month", report.month],
    ["attempts", `${completed} completed, ${failed} failed, ${cancelled} cancelled`],
    ["LLM calls", count(report.llm_calls)],
    ["embedding calls", count(report.embedding_calls)],
    ["prompt tokens", count(report.prompt_tokens)],
    ["completion tokens", count(report.completion_tokens)],
    ["embedding tokens", count(report.embedding_tokens)],
    ["estimated cost", cost(report)],
  ];
  return table(rows);
}

/** Nothing is counted for a model without a price, and that is not the same as no cost. */
function cost({ estimated_cost_usd: usd, llm_calls, embedding_calls }: UsageReport): string {
  const unpriced = usd === 0 && llm_calls + embedding_calls > 0;
  return unpriced ? "none known: no price is set for the models" : `${usd.toFixed(4)} USD`;
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
