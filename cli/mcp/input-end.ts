import type { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { RequestId } from "@modelcontextprotocol/sdk/types.js";

/** Longer than any tool waits for the API. */
const maxWaitMs = 60_000;

/**
 * Closes once standard input has ended and every request is answered, so that requests can also come
 * from a file. The SDK does not end the process when its input ends, and closing drops open requests.
 * @param transport one that is connected
 */
export function closeAfterInput(transport: StdioServerTransport, close: () => void): void {
  const open = new Set<RequestId>();
  let ended = false;
  const settle = (id: RequestId | undefined) => {
    if (id !== undefined) open.delete(id);
    if (ended && open.size === 0) close();
  };
  const receive = transport.onmessage;
  // The SDK's transports are no event targets.
  // oxlint-disable-next-line unicorn/prefer-add-event-listener
  transport.onmessage = (message) => {
    if ("method" in message && "id" in message) open.add(message.id);
    receive?.(message);
    // A cancelled request gets no response.
    if ("method" in message && message.method === "notifications/cancelled") {
      settle(message.params?.["requestId"] as RequestId | undefined);
    }
  };
  const send = transport.send.bind(transport);
  transport.send = async (message) => {
    await send(message);
    if (!("method" in message)) settle(message.id);
  };
  process.stdin.once("end", () => {
    ended = true;
    settle(undefined);
    setTimeout(close, maxWaitMs).unref();
  });
}
