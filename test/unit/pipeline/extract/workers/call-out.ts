/** The real worker, once it waits for its task; in place of the task it calls out. */
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { connect } from "node:net";

await import("../../../../../lambdas/pipeline/extract/worker/main.ts");
process.removeAllListeners("message");

const ways: Record<string, (address: URL) => unknown> = {
  http: (address) => fetch(address),
  tcp: ({ hostname, port }) =>
    new Promise((resolve, reject) => {
      connect(Number(port), hostname).once("connect", resolve).once("error", reject);
    }),
  udp: ({ hostname, port }) =>
    new Promise((resolve, reject) => {
      createSocket("udp4").send("x", Number(port), hostname, (error) =>
        error === null ? resolve(undefined) : reject(error),
      );
    }),
  dns: () => lookup("localhost"),
};

process.once("message", ({ declared }: { declared: { filename: string } }) => {
  const address = new URL(declared.filename);
  void callOut(() => ways[address.searchParams.get("way") ?? ""]?.(address));
});

async function callOut(call: () => unknown): Promise<void> {
  try {
    await call();
    process.exit(0);
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    process.send?.({ kind: "failed", name: "DamagedDocumentError", message: reason }, () =>
      process.exit(0),
    );
  }
}
