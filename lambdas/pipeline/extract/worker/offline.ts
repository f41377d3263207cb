import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";

/**
 * A document may name addresses; nothing that reads it may call one, or ask where it is. The parent
 * is reached by a pipe, which is open already.
 */
export function goOffline(): void {
  Socket.prototype.connect = refuse;
  dgram.createSocket = refuse;
  for (const api of [dns, dns.promises]) {
    for (const name of Object.keys(api)) {
      if (/^(?:lookup|resolve|reverse)/u.test(name)) Object.assign(api, { [name]: refuse });
    }
  }
  syncBuiltinESMExports();
}

function refuse(): never {
  throw new Error("The process that reads documents has no network.");
}
