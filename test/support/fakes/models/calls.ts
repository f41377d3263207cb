/** Watches and disturbs the calls of ports: where simulations interleave, count and crash. */

export interface PortCall {
  readonly port: string;
  readonly method: string;
  /** `before`: nothing has happened yet. `after`: it has, but the caller does not know. */
  readonly phase: "before" | "after";
}

/**
 * Runs before and after each call. To wait lets others go first; to throw is a
 * crash or a lost answer.
 */
export type OnCall = (call: PortCall) => Promise<void> | void;

/**
 * The same port, whose asynchronous methods ask `onCall` first and last.
 * Synchronous ones (`clock.now`, all of `metrics`) pass untouched.
 */
export function observed<Port extends object>(name: string, port: Port, onCall: OnCall): Port {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function" || typeof property !== "string") return value;
      const method = value as (...args: unknown[]) => unknown;
      if (name === "metrics" || synchronous.has(property)) return method.bind(target);
      const before = { port: name, method: property, phase: "before" } as const;
      const after = { port: name, method: property, phase: "after" } as const;
      return async (...args: unknown[]) => {
        await onCall(before);
        const result = await method.apply(target, args);
        await onCall(after);
        return result;
      };
    },
  });
}

const synchronous = new Set(["now", "random", "jobId", "book"]);
