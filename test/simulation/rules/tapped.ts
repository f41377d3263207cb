/** Told of each call of a port that took effect, in the same step, before anybody else can act. */
export type Taps<Port> = {
  readonly [Name in keyof Port]?: Port[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (args: Args, result: Result) => Promise<void> | void
    : never;
};

export function tapped<Port extends object>(port: Port, taps: Taps<Port>): Port {
  const watched: Record<string, unknown> = {};
  for (const [name, tap] of Object.entries(taps as Readonly<Record<string, Tap>>)) {
    const method = Reflect.get(port, name, port) as Method;
    watched[name] = async (...args: unknown[]) => {
      const result = await method.apply(port, args);
      await tap(args, result);
      return result;
    };
  }
  return new Proxy(port, {
    get(target, property) {
      if (typeof property === "string" && Object.hasOwn(watched, property)) {
        return watched[property];
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value as Method).bind(target) : value;
    },
  });
}

type Method = (...args: unknown[]) => unknown;
type Tap = (args: unknown[], result: unknown) => Promise<void> | void;
