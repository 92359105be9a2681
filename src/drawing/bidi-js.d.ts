/** The package's own types take it for an ES module, which it is not. */
declare module 'bidi-js' {
  interface Bidi {
    /** A level for each character of the text: odd ones are written from right to left (UAX 9). */
    getEmbeddingLevels(text: string): { readonly levels: Uint8Array };
  }
  export default function bidiFactory(): Bidi;
}
