/** Limits of the functions that write to the vector store. */
/** The store function, and the lease it holds on a document meanwhile (longer). */
export const storeTimeoutSeconds = 300;
