/** A channel of an XMLTV guide. */
interface GuideChannel {
  readonly id: string;
  readonly names: readonly string[];
  readonly icon: string | undefined;
}

export interface Programme {
  readonly channelId: string;
  readonly startMs: number;
  readonly stopMs: number;
  readonly title: string;
  readonly icon: string | undefined;
}

/** An XMLTV guide as Jellyfin reads it. */
export interface Guide {
  readonly channels: readonly GuideChannel[];
  readonly programmes: readonly Programme[];
}

export function readGuide(xml: string): Guide {
  const channels = [...xml.matchAll(/<channel id="([^"]*)">([^]*?)<\/channel>/g)].map(([, id = '', inner = '']) => ({
    id,
    names: [...inner.matchAll(/<display-name[^>]*>([^<]*)</g)].map(([, name = '']) => unescaped(name)),
    icon: iconIn(inner),
  }));
  const programmes = [...xml.matchAll(/<programme ([^>]*)>([^]*?)<\/programme>/g)].flatMap(
    ([, attributes = '', inner = '']) => {
      const [start, stop] = ['start', 'stop'].map((name) => timeIn(attributes, name));
      // Named zones and colons drop the programme, and so does a stop that is missing.
      if (start === undefined || stop === undefined) return [];
      const channelId = /channel="([^"]*)"/.exec(attributes)?.[1] ?? '';
      const title = unescaped(/<title[^>]*>([^<]*)</.exec(inner)?.[1] ?? '');
      return [{ channelId, startMs: start, stopMs: stop, title, icon: iconIn(inner) }];
    },
  );
  return { channels, programmes };
}

/** The guide's channel for one of a tuner's: by id, else by a name that is a number, else by name. */
export function matchChannel(
  guide: Guide,
  tuned: { readonly guideId: string | undefined; readonly number: string; readonly name: string },
): GuideChannel | undefined {
  const named = (text: string) => guide.channels.find(({ names }) => names.includes(text));
  return (
    (tuned.guideId === undefined ? undefined : guide.channels.find(({ id }) => id === tuned.guideId)) ??
    (tuned.number === '' ? undefined : named(tuned.number)) ??
    named(tuned.name)
  );
}

function timeIn(attributes: string, name: string): number | undefined {
  const [, ...parts] =
    new RegExp(`${name}="(\\d{4})(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d) \\+0000"`).exec(attributes) ?? [];
  if (parts.length === 0) return undefined;
  const [year = 0, month = 1, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function iconIn(xml: string): string | undefined {
  const found = /<icon src="([^"]*)"/.exec(xml)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(\w+);/g, (whole, name: string) => signs[name] ?? whole);
}
