/** How scripts of the fake provider say what an endpoint does. */
import type { ScriptInput } from "../support/fake-provider/fake-provider-script.ts";

export interface Usable {
  readonly title: string;
  readonly script: ScriptInput;
}

type Answer = NonNullable<ScriptInput["faults"]>[number];

export const chat = (status: number, body: unknown, rest: Partial<Answer> = {}): Answer => ({
  kind: "answer",
  endpoint: "chat",
  status,
  body,
  ...rest,
});
export const refused = (name: string, status: number, body: unknown): ScriptInput => ({
  refuseParameters: [name],
  quirks: { parameterRefusal: { status, body } },
});
/** The first ask of the first text alone. */
export const once = { firstAsks: 1, times: 1 };

/** Endpoints that cannot be used. */
export interface Refusing {
  readonly title: string;
  readonly script: ScriptInput;
  readonly code: string;
  readonly reason: RegExp;
}

export const misconfigured = "provider_misconfigured";
