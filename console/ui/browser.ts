/** Everything that needs a browser. */
import { unreachable } from "../logic/api.ts";
import type { Drawers } from "../logic/key.ts";
import type { Upload } from "../state/outbox.ts";
import type { WatchClock } from "../state/watch.ts";

export const drawers: Drawers = { session: sessionStorage, lasting: localStorage };

export const browserClock: WatchClock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/** Uses XMLHttpRequest, because `fetch` does not report upload progress. */
export const putFile: Upload = (ticket, source, onPercent) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(ticket.method, ticket.url);
    for (const [name, value] of Object.entries(ticket.headers)) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      if (total > 0) onPercent(Math.floor((loaded / total) * 100));
    });
    request.addEventListener("load", () => {
      if (request.status < 300) resolve();
      else reject(new Error(`The upload was rejected (${request.status}). Send the file again.`));
    });
    request.addEventListener("error", () => reject(unreachable()));
    request.send(source as File);
  });
