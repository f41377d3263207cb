/** TCP ports on loopback. */
import { createServer } from "node:net";
import { LocalFailure } from "../ops/failure.ts";

/** The port if it is free right now, or any free port for 0. */
async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  } catch {
    return undefined;
  }
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return address !== null && typeof address === "object" ? address.port : undefined;
}

export async function portIsFree(port: number): Promise<boolean> {
  return (await tryPort(port)) !== undefined;
}

export async function freePort(): Promise<number> {
  const port = await tryPort(0);
  if (port === undefined)
    throw new Error("No free port on 127.0.0.1. Stop a program that listens there.");
  return port;
}

/** The port of the gateway: `SLUICE_PORT`, or 8060. @throws LocalFailure */
export function gatewayPort(env: Readonly<Record<string, string | undefined>>): number {
  const given = env["SLUICE_PORT"];
  if (!given) return 8060;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new LocalFailure(
    `SLUICE_PORT is ${given}, which is not a port. Use a number from 0 to 65535.`,
  );
}
