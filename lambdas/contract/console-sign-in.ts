/** How the console's page lets a person sign in: the function that serves the page writes it there. */
export interface ConsoleSignIn {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** Of a public client, which has no secret. */
  readonly clientId: string;
  /** Scopes, divided by blanks. */
  readonly scope: string;
  /** The token that the page shows to the API. */
  readonly token: "access" | "id";
}

/** The page's `meta` element with it as JSON. */
export const signInName = "sluice-sign-in";
