/** What arrived at the host. */
export interface Registered {
  /** Channels that are not there, or of which it knows no programme though there are some. */
  readonly missing: readonly string[];
}
