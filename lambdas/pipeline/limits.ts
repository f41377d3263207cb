/** The chunk function: 50 MB of the slowest text to cut, with room. */
export const chunkTimeoutSeconds = 300;
