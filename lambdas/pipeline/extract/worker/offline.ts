import { Socket } from "node:net";

/** A document may name addresses; nothing that reads it may call one. */
export function goOffline(): void {
  Socket.prototype.connect = function refuse(): never {
    throw new Error("The process that reads documents has no network.");
  };
}
