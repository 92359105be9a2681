import { randomBytes } from 'node:crypto';

/** Read without taking the query apart: it comes with every playlist. */
const VIEWER = /(?:^|&)viewer=([\w-]{22})(?=&|$)/;
const VIEWERS = /(?:^|&)viewer=/g;

/** A name for one viewer: 128 random bits, as 22 characters that need no escaping. */
export function createViewer(): string {
  return randomBytes(16).toString('base64url');
}

/** The viewer that a query names, or undefined where it names none that we could have made, or several. */
export function viewerOf(query: string): string | undefined {
  const viewer = VIEWER.exec(query)?.[1];
  return viewer !== undefined && query.match(VIEWERS)?.length === 1 ? viewer : undefined;
}

/** A master playlist whose variants carry the viewer. Segments never do: caches share them. */
export function addViewer(masterPlaylist: string, viewer: string): string {
  return masterPlaylist
    .split('\n')
    .map((line) => (line.trim() === '' || line.startsWith('#') ? line : withViewer(line.trim(), viewer)))
    .join('\n');
}

/** An address with `viewer` for its viewer, whatever it had before. */
export function withViewer(address: string, viewer: string): string {
  const [path = '', query = ''] = address.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('viewer', viewer);
  return `${path}?${parameters.toString()}`;
}
