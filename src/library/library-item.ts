/** A film or an episode as a library knows it, before anyone has looked into its file. */
export interface LibraryItem {
  /** Stable for the same source and path: UUID v5. */
  readonly id: string;
  readonly source: string;
  readonly path: string;
  readonly kind: 'film' | 'episode';
  readonly title: string;
  /** The show of an episode; null for a film. */
  readonly show: string | null;
  readonly season: number | null;
  readonly episode: number | null;
  readonly sizeBytes: number;
  /** Modification time, milliseconds since the epoch. */
  readonly modifiedMs: number;
}
