/**
 * Cuts a text's tokens into windows that a model can read at once. Windows are
 * as even as they can be: their mean then weighs every token alike, where a
 * full window and a rest of three tokens would count the same.
 *
 * @param size Most tokens in a window.
 */
export function tokenWindows(tokens: readonly number[], size: number): readonly number[][] {
  const count = Math.max(1, Math.ceil(tokens.length / size));
  return Array.from({ length: count }, (_, index) =>
    tokens.slice(
      Math.floor((index * tokens.length) / count),
      Math.floor(((index + 1) * tokens.length) / count),
    ),
  );
}
