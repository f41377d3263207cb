import { Duration } from "aws-cdk-lib";

/**
 * A run that could not begin within a minute is worth nothing, because the next one does its work.
 * By default, EventBridge keeps an event for a day and Lambda for six hours, so after a throttle
 * hundreds of old runs would start at once. Both limits are needed: each service has its own queue.
 */
export const onlyNow = { maxEventAge: Duration.minutes(1), retryAttempts: 0 } as const;
