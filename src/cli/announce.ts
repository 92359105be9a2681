import path from 'node:path';
import type { Addresses } from '../tuner/channel-address.ts';

/** Hosts to put into the addresses, the one that reaches furthest first. */
export function announcedHosts(
  settings: { readonly host: string; readonly baseUrl?: string | undefined },
  lan: string | undefined,
): readonly string[] {
  if (settings.baseUrl !== undefined) return [new URL(settings.baseUrl).hostname];
  if (!['0.0.0.0', '::'].includes(settings.host))
    return [settings.host.includes(':') ? `[${settings.host}]` : settings.host];
  return lan === undefined ? ['localhost'] : [lan, 'localhost'];
}

/** The host under which other machines know this one. */
export function announcedHost(
  settings: { readonly host: string; readonly baseUrl?: string | undefined },
  lan: string | undefined,
): string {
  return announcedHosts(settings, lan)[0] ?? 'localhost';
}

/** What to open: first the address to paste into a player, then the page and the guide. */
export function renderAddresses(urls: Addresses, hosts: readonly string[]): string {
  const rows = hosts.flatMap((host, index) => [
    [index === 0 ? 'In VLC (Open Network Stream)' : 'On this machine', withHost(urls.m3u, host)],
    [index === 0 ? 'In a browser' : '', withHost(urls.page, host)],
    ...(index === 0 ? [['Guide (XMLTV)', withHost(urls.guide, host)]] : []),
  ]);
  return `Sidecast is on.\n\n${table(rows)}\n`;
}

/** The key, the one time that it is shown. */
export function renderNewKey(key: string, dataDir: string): string {
  return (
    `\nThe page and the API ask for this key, made just now; log in with it:\n\n  ${key}\n\n` +
    `It is kept in ${path.join(dataDir, 'api-key')}. Players and media servers need none.\n\n`
  );
}

/** Each channel's own addresses. */
export function renderChannels(urls: Addresses, hosts: readonly string[]): string {
  const [host = 'localhost'] = hosts;
  const rows = urls.channels.flatMap(({ number, name, ts, hls }) => [
    [`${number} ${name}`, withHost(ts, host)],
    ['', withHost(hls, host)],
  ]);
  return `On air:\n\n${table(rows)}\n`;
}

function withHost(url: string, host: string): string {
  const parsed = new URL(url);
  parsed.hostname = host;
  return parsed.href;
}

function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...rows.map(([label = '']) => label.length));
  return rows.map(([label = '', value = '']) => `  ${label.padEnd(width)}  ${value}\n`).join('');
}
