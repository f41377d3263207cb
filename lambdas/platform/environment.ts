/** The environment variables of the process. No other file reads them. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
