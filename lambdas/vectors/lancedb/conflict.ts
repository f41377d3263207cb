/** The library's errors have no codes; these sentences name a lost race between commits. */
import { StoreConflictError } from "../../records/documents/store-conflict.ts";

const conflicts = /commit conflict|too many concurrent writers|incompatible transaction/i;

/** Runs one commit. @throws StoreConflictError if another one came first and nothing was written. */
export async function commit<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error && conflicts.test(error.message))) throw error;
    throw new StoreConflictError(
      `${what} met another commit to the collection and wrote nothing; try it again.`,
      { cause: error },
    );
  }
}
