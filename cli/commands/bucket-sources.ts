/** Buckets whose objects are ingested by themselves. */
import type { Command } from "@commander-js/extra-typings";
import type { SourceAnswer, SourceObjectsAnswer } from "../../lambdas/contract/calls/sources.ts";
import { asJson, pageLimit } from "../options.ts";
import { output, table } from "../output.ts";
import { openClient } from "../session.ts";
import { typed } from "../typed-command.ts";

export function addSources(program: Command): void {
  const sources = program
    .command("sources")
    .description("buckets whose objects are ingested by themselves: progress, pause, resume, sync");
  sources
    .command("list", { isDefault: true })
    .description("list your sources with their progress")
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const answer = await openClient(out.note).sources();
      if (out.json) for (const source of answer.sources) out.result("", source);
      else if (answer.sources.length === 0)
        out.note(
          "Your tenant has no sources. They are a setting of the deployment: SLUICE_SOURCES.",
        );
      else out.result(answer.sources.map(sourceText).join("\n"), answer);
    });
  const actions = {
    pause: "stop to ingest and to remove objects of a source; running jobs continue",
    resume: "continue with a paused source",
    sync: "compare a source's bucket with what was ingested, within a minute",
  } as const;
  for (const action of ["pause", "resume", "sync"] as const) {
    sources
      .command(action)
      .description(actions[action])
      .argument("<name>", "the source's name")
      .option("--json", asJson)
      .action(async (name, options) => {
        const out = output(options.json === true);
        const source = await openClient(out.note).changeSource(name, action);
        out.result(sourceText(source), source);
      });
  }
  sources
    .command("failed")
    .description("list the objects of a source that could not be ingested, with the reasons")
    .argument("<name>", "the source's name")
    .option("--limit <n>", "how many", pageLimit, 20)
    .option("--cursor <cursor>", "continue after the previous page")
    .option("--json", asJson)
    .action(async (name, options) => {
      const out = output(options.json === true);
      const page = await openClient(out.note).sourceObjects(name, {
        limit: options.limit,
        ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
      });
      if (out.json) for (const object of page.objects) out.result("", object);
      else if (page.objects.length === 0) out.note(`No object of ${name} has failed.`);
      else out.result(table(page.objects.map(row)), page);
      if (page.next_cursor !== undefined) out.note(`More results: --cursor ${page.next_cursor}`);
      if (page.objects.some(({ job_id }) => job_id !== undefined))
        out.note(`Retry a failed job with: ${typed("retry <job-id>")}`);
    });
}

/** `docs  12,400 of 50,000 stored, 3 failed  s3://files/shared/` */
function sourceText(source: SourceAnswer): string {
  const { source_id, bucket, prefix, objects, paused_since, problem, sync } = source;
  const parts = [
    `${count(objects.stored)} of ${count(objects.total)} stored`,
    ...(objects.working > 0 ? [`${count(objects.working)} in progress`] : []),
    ...(objects.removing > 0 ? [`${count(objects.removing)} to be removed`] : []),
    ...(objects.failed > 0 ? [`${count(objects.failed)} failed`] : []),
    ...(sync.status === "running" ? [`comparing, ${count(sync.listed)} listed`] : []),
    ...(paused_since === undefined ? [] : [`paused since ${paused_since}`]),
  ];
  const line = `${source_id}  s3://${bucket}/${prefix}  ${parts.join(", ")}`;
  return problem === undefined ? line : `${line}\n  ${problem.at}: ${problem.message}`;
}

function row(object: SourceObjectsAnswer["objects"][number]): string[] {
  const { key, error, job_id } = object;
  return [key, error?.code ?? "", error?.message ?? "", job_id ?? ""];
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
