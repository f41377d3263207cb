import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { repository } from "../../ops/paths.ts";
import { connection, isLocal, reach } from "../connection.ts";
import { checkApi } from "../doctor/api.ts";
import { type Finding, note } from "../doctor/finding.ts";
import { asJson } from "../options.ts";
import { output, table } from "../output.ts";
import { openClient } from "../session.ts";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("check a deployment and suggest a fix for each problem")
    .option("--aws", "also check the stack, in the account and region of your AWS credentials")
    .option("--json", asJson)
    .action(async ({ aws = false, json }) => {
      const out = output(json === true);
      // A failed call is a finding here, so the client does not wait and retry.
      const client = openClient(out.note, 0);
      const findings = unique([
        ...(await checkApi(client, ownVersion(), isLocal(), shown())),
        ...(await stackFindings(aws)),
      ]);
      for (const finding of findings) out.result(text(finding), finding);
      const problems = findings.filter(({ verdict }) => verdict === "problem").length;
      out.note(problems === 0 ? "No problems found." : `Problems found: ${problems}.`);
      process.exitCode = problems === 0 ? 0 : 1;
    });
}

async function stackFindings(aws: boolean): Promise<Finding[]> {
  if (!aws && !isLocal()) {
    return [
      note("stack", "Alarms and keys were not checked.", "If you have AWS credentials, add --aws."),
    ];
  }
  // Loaded on demand: the AWS clients take longer to load than most commands take to run.
  const { checkStack } = await import("../doctor/stack.ts");
  return checkStack(reach(aws), !aws);
}

function shown(): "key" | "token" | "signature" {
  const { token, sign } = connection();
  if (sign !== undefined) return "signature";
  return token === undefined ? "key" : "token";
}

/** Two checks can find the same dead letters; only the first finding is reported. */
function unique(findings: readonly Finding[]): Finding[] {
  const dead = findings.find(({ check }) => check === "dead letters");
  return findings.filter((finding) => finding.check !== "dead letters" || finding === dead);
}

const signs = { ok: "ok", note: "note", problem: "PROBLEM" } as const;

function text({ check, verdict, says, fix }: Finding): string {
  const line = table([[signs[verdict].padEnd(7), check.padEnd(18), says]]);
  return fix === undefined ? line : `${line}\n${" ".repeat(9)}→ ${fix}`;
}

function ownVersion(): string {
  const file = readFileSync(join(repository, "package.json"), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}
