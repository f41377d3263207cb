/** The environment variables of a function, of which Lambda takes so many bytes. */
import { Stack } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";

/** Of all names and values of a function's variables together. */
export const maxVariableBytes = 4_096;
/** Of a name or an address that is known once the resource is there, such as a queue's. */
const unknownValueBytes = 110;

/** Fails the synthesis for a function that Lambda would refuse to make, in the middle of a deployment. */
export function checkVariables(made: lambda.Function): void {
  made.node.addValidation({
    validate: () => {
      const bytes = variableBytes(made);
      return bytes <= maxVariableBytes
        ? []
        : [
            `The settings are too long: with them, the function's variables have about ${bytes} bytes, and Lambda takes ${maxVariableBytes}. Shorten the longest, such as SLUICE_SOURCES, SLUICE_IAM_CALLERS or SLUICE_LLM_EXTRA_BODY.`,
          ];
    },
  });
}

function variableBytes(made: lambda.Function): number {
  const { environment } = made.node.defaultChild as lambda.CfnFunction;
  const { variables = {} } = (Stack.of(made).resolve(environment) ?? {}) as {
    variables?: Readonly<Record<string, unknown>>;
  };
  return Object.entries(variables).reduce(
    (sum, [name, value]) =>
      sum +
      name.length +
      (typeof value === "string" ? Buffer.byteLength(value) : unknownValueBytes),
    0,
  );
}
