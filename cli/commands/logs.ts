import type { Command } from "@commander-js/extra-typings";
import type { LogLine } from "../../ops/job-logs.ts";
import { reach } from "../connection.ts";
import { asJson } from "../options.ts";
import { output } from "../output.ts";
import { openClient } from "../session.ts";

/** Clocks of functions differ a little, and lines about the end come after it. */
const marginMs = 10 * 60_000;

export function addLogs(program: Command): void {
  program
    .command("logs")
    .description("show the log lines of a job, from all functions")
    .argument("<id>", "the job's id")
    .option("--aws", "in the account and region of your AWS credentials")
    .option("--json", asJson)
    .action(async (id, { aws = false, json }) => {
      const out = output(json === true);
      const where = reach(aws);
      const job = await openClient(out.note).job(id);
      const endedAt = job.completed_at ?? job.failed_at ?? job.cancelled_at;
      // Loaded on demand: the AWS clients take longer to load than most commands take to run.
      const { logsOf } = await import("../deployment/logs.ts");
      const lines = await logsOf(where, {
        jobId: id,
        fromMs: Date.parse(job.submitted_at) - marginMs,
        untilMs: (endedAt === undefined ? Date.now() : Date.parse(endedAt)) + marginMs,
      });
      for (const line of lines) out.result(logText(line), record(line));
      if (lines.length === 0) out.note("No log line names this job. Logs are kept for a month.");
    });
}

function record({ timeMs, step, text }: LogLine) {
  return { time: new Date(timeMs).toISOString(), step, ...parsed(text) };
}

/** Fields that every line has, or that the command's user already knows. */
const known = ["timestamp", "level", "message", "service", "jobId", "xray_trace_id", "request_id"];

/** `12:00:01.250  embed     ERROR  The provider answered 500  {"batch":3}` */
export function logText({ timeMs, step, text }: LogLine): string {
  const fields = parsed(text);
  const { level, message } = fields;
  const time = new Date(timeMs).toISOString().slice(11, 23);
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !known.includes(name)));
  const more = Object.keys(rest).length === 0 ? "" : `  ${JSON.stringify(rest)}`;
  const levelText = typeof level === "string" ? level.padEnd(5) : "";
  const said = typeof message === "string" ? message : JSON.stringify(message);
  return `${time}  ${step.padEnd(9)}  ${levelText}  ${said}${more}`;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text.slice(text.indexOf("{"))) as unknown;
    return typeof value === "object" && value !== null ? { ...value } : { message: text };
  } catch {
    return { message: text };
  }
}
