import type { Provider } from "../provider.ts";

/** Models in the function itself: no account, no network. */
export const local: Provider = {
  identity: {
    llm: () => ({ provider: "local", model: "wink-compromise", recipe: "nlp-1" }),
    embeddings: () => ({ provider: "local", model: "all-MiniLM-L6-v2", recipe: "mean-pool-1" }),
  },
};
