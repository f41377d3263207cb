/** TCP ports on loopback. */
import { createServer } from "node:net";
import { LocalFailure } from "../ops/failure.ts";

/** The port, or a free one for 0, if nobody listens on it at this moment. */
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
  if (port === undefined) throw new Error("There is no free port on 127.0.0.1.");
  return port;
}

/** Where the gateway listens: `SLUICE_PORT`, or 8060. @throws LocalFailure */
export function gatewayPort(env: Readonly<Record<string, string | undefined>>): number {
  const given = env["SLUICE_PORT"];
  if (!given) return 8060;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new LocalFailure(
    `SLUICE_PORT is ${given}, which is not a port: give a number up to 65535.`,
  );
}
