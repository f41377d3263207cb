/** The package has no types of its own. */
declare module "asl-validator" {
  interface Verdict {
    readonly isValid: boolean;
    readonly errors: readonly { readonly message?: string }[];
  }
  /** Adds `QueryLanguage` to the states it is given. */
  export default function validate(definition: object): Verdict & { errorsText(): string };
}
