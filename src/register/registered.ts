/** What arrived at the host. */
export interface Registered {
  readonly changed: boolean;
  /** Channels that are not there, or of which it knows no programme. */
  readonly missing: readonly string[];
}
