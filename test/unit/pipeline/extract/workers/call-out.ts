import { goOffline } from "../../../../../lambdas/pipeline/extract/worker/offline.ts";

goOffline();
process.once("message", ({ declared }: { declared: { filename: string } }) => {
  void callOut(declared.filename);
});

async function callOut(address: string): Promise<void> {
  try {
    await fetch(address);
    process.exit(0);
  } catch (error) {
    const cause = error instanceof Error ? String(error.cause) : "";
    process.send?.({ kind: "failed", name: "DamagedDocumentError", message: cause }, () =>
      process.exit(0),
    );
  }
}
