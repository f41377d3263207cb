/** The first broken rule ends a simulation. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly rule: string;
  constructor(rule: string, what: string) {
    super(`${rule}: ${what}`);
    this.rule = rule;
  }
}

export class Verdict {
  first: Violation | undefined;

  broken(rule: string, what: string): void {
    this.first ??= new Violation(rule, what);
  }

  /** Notes a violation unless `holds`. */
  require(holds: boolean, rule: string, what: () => string): void {
    if (!holds) this.broken(rule, what());
  }
}
