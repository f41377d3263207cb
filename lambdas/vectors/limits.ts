/** Limits of the functions that write to the vector store. */
/** The store function, and the lease it holds on a document meanwhile (longer). */
export const storeTimeoutSeconds = 300;

/**
 * After this long `maintain` begins no further tenant's upkeep. The rest of its 300 s is for the
 * one begun last: 1,000,000 rows are indexed within 120 s.
 */
export const maintainBudgetMs = 150_000;

/** The name of the lease of a maintain run, and how long it lasts: longer than the function. */
export const maintainLease = { name: "maintain", leaseMs: (storeTimeoutSeconds + 10) * 1_000 };
