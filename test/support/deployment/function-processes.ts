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
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (!command.includes(`ministack-provided-code-${port}`)) return [];
        const environ = readFileSync(`/proc/${pid}/environ`, "utf8");
        const name = /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(environ)?.[1] ?? "";
        return [{ pid: Number(pid), name }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}
