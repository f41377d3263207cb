/** A function that answers with what it was called with. */
export const handler = async (event: unknown): Promise<unknown> => event;
