/** A port of which some methods are others. */
export function altered<Port extends object>(port: Port, others: Partial<Port>): Port {
  return new Proxy(port, {
    get(target, property) {
      const other: unknown = Reflect.get(others, property, others);
      if (other !== undefined) return other;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function"
        ? (value as (...args: unknown[]) => unknown).bind(target)
        : value;
    },
  });
}
