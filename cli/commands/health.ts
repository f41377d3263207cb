import type { Command } from "@commander-js/extra-typings";
import type { HealthAnswer } from "../../lambdas/contract/calls/health.ts";
import { intakeText } from "../intake-text.ts";
import { asJson } from "../options.ts";
import { output, table } from "../output.ts";
import { failureText } from "../progress/failure.ts";
import { openClient } from "../session.ts";

export function addHealth(program: Command): void {
  program
    .command("health")
    .description("show queue, slots, breakers and permits")
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const health = await openClient(out.note).health();
      out.result(summary(health), health);
    });
}

function summary(health: HealthAnswer): string {
  const rows = [
    ["status", health.status],
    ["version", health.version],
    ["queued", String(health.queue_size)],
    ["active", String(health.active_jobs)],
    ["intake", intakeText(health)],
  ];
  for (const [name, value] of Object.entries(health.limits ?? {})) {
    rows.push([`limit ${name}`, String(value)]);
  }
  for (const [name, breaker] of Object.entries(health.breakers ?? {})) {
    const since = breaker.opened_at === undefined ? "" : `, opened ${breaker.opened_at}`;
    rows.push([`${name} breaker`, `${breaker.state}, ${breaker.failures} failures${since}`]);
    if (breaker.last_failure !== undefined) {
      rows.push([`${name} last failure`, failureText(breaker.last_failure)]);
    }
  }
  for (const [name, permits] of Object.entries(health.permits ?? {})) {
    rows.push([`${name} permits`, `${permits.in_use} of ${permits.cap} in use`]);
  }
  return table(rows);
}
