import type { Links } from '../../access/links.ts';

/** What lets people and their programs in. */
export interface AccessService {
  /** The API and the pages ask for it; undefined where they do not. */
  readonly apiKey: string | undefined;
  /** Signs addresses; undefined where they are not. */
  readonly links: Links | undefined;
  /** Makes every signed address worthless that was given until now. */
  revokeLinks(): Promise<void>;
}
