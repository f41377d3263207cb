/** A real Prometheus that scrapes a deployed app every few seconds, through a proxy that adds the key. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../local/tcp-ports.ts";
import type { AppAddress } from "../deployment/app.ts";

export interface Prometheus {
  /** The samples of an instant query, by their labels. */
  query(expr: string): Promise<{ labels: Record<string, string>; value: number }[]>;
  /** Until it has asked once more from now on. @throws Error when it gets no answer for a minute */
  scraped(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws Error when it is not installed (Debian's package `prometheus`), or is not ready within 30 s */
export async function startPrometheus(app: AppAddress): Promise<Prometheus> {
  const proxy = createServer((_, response) => {
    void scrape(app, response);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), "sluice-prometheus-"));
  const config = {
    global: { scrape_interval: "4s", scrape_timeout: "4s" },
    scrape_configs: [{ job_name: "sluice", static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
  };
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
  const own = await freePort();
  const server = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${own}`,
      "--log.level=error",
    ],
    { stdio: "ignore" },
  );
  const stop = async () => {
    await end(server);
    proxy.closeAllConnections();
    proxy.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const base = `http://127.0.0.1:${own}`;
  try {
    await ready(base, server);
  } catch (error) {
    await stop();
    throw error;
  }
  const query: Prometheus["query"] = async (expr) => {
    const answer = await fetch(`${base}/api/v1/query?query=${encodeURIComponent(expr)}`);
    const { data, error } = (await answer.json()) as {
      error?: string;
      data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    if (data === undefined) throw new Error(`${expr}: ${error}`);
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  };
  const scraped = async () => {
    const since = Date.now() / 1_000;
    for (let look = 0; look < 240; look++) {
      const [last] = await query("timestamp(sluice_queue_size)");
      if (last !== undefined && last.value > since) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error("Prometheus got no answer from /v1/metrics within a minute.");
  };
  return { query, scraped, stop };
}

async function scrape(app: AppAddress, response: ServerResponse): Promise<void> {
  try {
    const answer = await fetch(`${app.apiUrl}/metrics`, { headers: { "x-api-key": app.apiKey } });
    const type = answer.headers.get("content-type") ?? "";
    response.writeHead(answer.status, { "content-type": type }).end(await answer.text());
  } catch {
    response.writeHead(502).end();
  }
}

async function ready(base: string, server: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  server.on("error", (error) => {
    failure = new Error(`prometheus does not start (Debian package prometheus): ${error.message}`);
  });
  for (let look = 0; look < 150; look++) {
    if (failure !== undefined) throw failure;
    const answer = await fetch(`${base}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("Prometheus was not ready within 30 s.");
}

async function end(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
}
