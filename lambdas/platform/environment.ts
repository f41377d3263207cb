/** The process's environment variables. The one place that reads them. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
