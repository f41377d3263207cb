/** Where a round of work that takes several runs has come to. */
export interface Bookmarks {
  read(name: string): Promise<string | undefined>;
  write(name: string, place: string): Promise<void>;
}
