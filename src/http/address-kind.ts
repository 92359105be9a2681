/**
 * Who asks for an address: `open` is for everybody; `tuner` for hosts and players, which can bring no key; `own` for
 * people and their programs. What is not known here is `own`.
 */
export type AddressKind = 'open' | 'health' | 'tuner' | 'own';

const OPEN = /^\/(?:login|logout|plugin-manifest\.json|favicon\.(?:svg|ico)|assets\/[\w.-]+)$/;
const LISTS =
  /^\/(?:channels\.m3u|guide\.xml(?:\.gz)?|discover\.json|lineup\.json|lineup_status\.json|lineup\.post|device\.xml)$/;
const PICTURES = /^\/(?:artwork\/|channels\/[^/]+\/logo\.png$)/;
const STREAMS = /^\/(?:stream|auto)\//;

/** The kind of a path. */
export function addressKind(path: string): AddressKind {
  if (OPEN.test(path)) return 'open';
  // A container asks whether it is well.
  if (path === '/api/health') return 'health';
  return [LISTS, PICTURES, STREAMS].some((kind) => kind.test(path)) ? 'tuner' : 'own';
}
