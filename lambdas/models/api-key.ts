/** A provider's key, which may be replaced while the process lives. */
export interface ApiKey {
  current(): Promise<string>;
  /** Looks whether there is another key than the one that was refused. */
  replaced(refused: string): Promise<boolean>;
}
