import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { repository } from "../../ops/paths.ts";
import { isLocal, reach } from "../connection.ts";
import { checkApi } from "../doctor/api.ts";
import { type Finding, note } from "../doctor/finding.ts";
import { asJson } from "../options.ts";
import { output, table } from "../output.ts";
import { openClient } from "../session.ts";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("examine a deployment, and say what to do about each finding")
    .option("--aws", "also the stack, in the account and region of your AWS credentials")
    .option("--json", asJson)
    .action(async ({ aws = false, json }) => {
      const out = output(json === true);
      // What does not answer now is a finding, and nothing to be patient with.
      const client = openClient(out.note, 0);
      const findings = unique([
        ...(await checkApi(client, ownVersion(), isLocal())),
        ...(await stackFindings(aws)),
      ]);
      for (const finding of findings) out.result(text(finding), finding);
      const problems = findings.filter(({ verdict }) => verdict === "problem").length;
      out.note(problems === 0 ? "All is well." : `${problems} to be looked at.`);
      process.exitCode = problems === 0 ? 0 : 1;
    });
}

async function stackFindings(aws: boolean): Promise<Finding[]> {
  if (!aws && !isLocal()) {
    return [note("stack", "Alarms and keys were not looked at.", "With AWS credentials: --aws")];
  }
  // AWS's clients take longer to load than most commands take to run.
  const { checkStack } = await import("../doctor/stack.ts");
  return checkStack(reach(aws), !aws);
}

/** What two ways see is told once, by the first. */
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
