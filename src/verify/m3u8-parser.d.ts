declare module 'm3u8-parser' {
  /** The part of the library that is used; what it found is checked before use. */
  export class Parser {
    readonly manifest: unknown;
    push(text: string): void;
    end(): void;
  }
}
