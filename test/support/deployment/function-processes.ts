/** The processes in which the emulator runs functions. */
import { readdirSync, readFileSync } from "node:fs";

export interface FunctionProcess {
  readonly pid: number;
  readonly name: string;
}

/** @param port the emulator's: others may run beside it */
export function functionProcesses(port: string): FunctionProcess[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const environ = `\0${readFileSync(`/proc/${pid}/environ`, "utf8")}`;
        // The emulator's own variables go to its functions.
        if (!environ.includes(`\0GATEWAY_PORT=${port}\0`)) return [];
        const name = /\0AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(environ)?.[1];
        return name === undefined ? [] : [{ pid: Number(pid), name }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}
