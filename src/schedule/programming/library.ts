/** An item as programming sees it; what the library does not know is null or empty. */
export interface ProgrammeItem {
  readonly id: string;
  readonly source: string;
  readonly kind: 'film' | 'episode';
  readonly title: string;
  readonly show: string | null;
  readonly season: number | null;
  readonly episode: number | null;
  readonly year: number | null;
  /** `YYYY-MM-DD`. */
  readonly originalAirDate: string | null;
  readonly certificate: string | null;
  readonly stars: number | null;
  readonly genres: readonly string[];
  readonly studios: readonly string[];
  readonly tags: readonly string[];
  readonly people: readonly { readonly name: string }[];
  readonly libraries: readonly string[];
  /** Milliseconds since the epoch. */
  readonly addedMs: number | null;
  /** Of its first file, the one that marks are about; null for one that cannot be aired: it keeps its place in the order. */
  readonly durationMs: number | null;
  /** The files that go on where that one ends. */
  readonly parts: readonly { readonly id: string; readonly durationMs: number }[];
  /** From then on it is not shown any more, milliseconds since the epoch; null for never. */
  readonly leavesMs: number | null;
  readonly chapters: readonly { readonly startMs: number }[];
  readonly markedSegments: readonly { readonly kind: string; readonly startMs: number; readonly endMs: number }[];
}

/** A collection or playlist of the host. */
export interface ItemCollection {
  readonly name: string;
  /** In order. */
  readonly itemIds: readonly string[];
}

/** Everything that could be shown. */
export interface ProgrammeLibrary {
  /** In the library's own order. */
  readonly items: readonly ProgrammeItem[];
  readonly collections: readonly ItemCollection[];
}
