/** One delivery a message: 10 s for the receiver, and calls to table and queue. */
export const deliveryTimeoutSeconds = 25;
