import sax from 'sax';

/** What the guide says of a channel. */
export interface GuideChannel {
  programmes: number;
  isOnNow: boolean;
}

interface Programme {
  readonly channel: string;
  readonly startMs: number;
  readonly stopMs: number;
}

/** Of the DTD: the children of a programme in their order. */
const CHILDREN = (
  'title sub-title desc credits date category keyword language orig-language length icon url country episode-num video ' +
  'audio previously-shown premiere last-chance new subtitles rating star-rating review image'
).split(' ');
/** Of the DTD, for channels. */
const CHANNEL_CHILDREN = ['display-name', 'icon', 'url'];
const CHANNEL_ID = /^[-a-zA-Z0-9]+(\.[-a-zA-Z0-9]+)+$/;
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d) \+0000$/;

/** What is wrong with an XMLTV guide, in words; and what it holds, by channel id. */
export function guideProblems(
  xml: string,
  now: number,
): { readonly problems: readonly string[]; readonly channels: ReadonlyMap<string, GuideChannel> } {
  const problems: string[] = [];
  const channels = new Map<string, GuideChannel>();
  const ends = new Map<string, number>();
  const tell = (problem: string): void => void problems.push(problem);

  for (const element of elementsOf(xml, tell)) {
    if (element.name === 'channel') {
      const id = element.attributes['id'] ?? '';
      if (!CHANNEL_ID.test(id)) tell(`"${id}" is no channel id`);
      if (channels.has(id)) tell(`the channel ${id} is there twice`);
      if (!element.children.includes('display-name')) tell(`the channel ${id} has no name`);
      tellOfOrder(element, CHANNEL_CHILDREN, tell);
      channels.set(id, { programmes: 0, isOnNow: false });
    } else if (element.name === 'programme') {
      tellOfOrder(element, CHILDREN, tell);
      if (!element.children.includes('title')) tell(`the programme ${whichOf(element)} has no title`);
      const programme = programmeOf(element);
      if (programme === undefined) {
        tell(`the programme ${whichOf(element)} has no times that hosts read`);
        continue;
      }
      const channel = channels.get(programme.channel);
      if (channel === undefined) {
        tell(`the programme ${whichOf(element)} is on a channel that the guide does not have`);
        continue;
      }
      if (programme.startMs < (ends.get(programme.channel) ?? 0)) {
        tell(`the programme ${whichOf(element)} begins before the one before it ends`);
      }
      ends.set(programme.channel, programme.stopMs);
      channel.programmes++;
      channel.isOnNow ||= programme.startMs <= now && now < programme.stopMs;
    }
  }
  return { problems, channels };
}

/** A channel or a programme: its attributes and the names of the elements in it. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly string[];
}

/** The elements in the root; `tell` hears where the text is not well-formed, and then there are none. */
function elementsOf(xml: string, tell: (problem: string) => void): readonly Element[] {
  const parser = sax.parser(true);
  const path: string[] = [];
  const elements: (Element & { children: string[] })[] = [];
  Object.assign(parser, {
    onopentag({ name, attributes }: sax.Tag) {
      if (path.length === 0 && name !== 'tv') tell(`it begins with <${name}>, not with <tv>`);
      if (path.length === 1) elements.push({ name, attributes, children: [] });
      if (path.length === 2) elements.at(-1)?.children.push(name);
      path.push(name);
    },
    onclosetag: () => void path.pop(),
    onerror(error: Error) {
      throw error;
    },
  });
  try {
    parser.write(xml).close();
    return elements;
  } catch (error) {
    const [first = ''] = String(error)
      .replace(/^Error: /, '')
      .split('\n');
    tell(`it is not well-formed XML (line ${parser.line + 1}: ${first})`);
    return [];
  }
}

function tellOfOrder(element: Element, order: readonly string[], tell: (problem: string) => void): void {
  const places = element.children.map((name) => order.indexOf(name));
  const unknown = element.children.find((name) => !order.includes(name));
  if (unknown !== undefined) tell(`<${unknown}> does not belong into a <${element.name}>`);
  else if (places.some((place, index) => place < (places[index - 1] ?? 0))) {
    tell(`what is in the ${element.name} ${whichOf(element)} is not in the order that XMLTV wants`);
  }
}

function programmeOf({ attributes }: Element): Programme | undefined {
  const [startMs, stopMs] = [attributes['start'], attributes['stop']].map(timeOf);
  if (startMs === undefined || stopMs === undefined || stopMs <= startMs) return undefined;
  return { channel: attributes['channel'] ?? '', startMs, stopMs };
}

/** The one form of a time that every host reads. */
function timeOf(text = ''): number | undefined {
  const [, year, month, day, hour, minute, second] = TIME.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || second === undefined) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function whichOf({ attributes }: Element): string {
  return `at ${attributes['start'] ?? '?'} on ${attributes['channel'] ?? attributes['id'] ?? '?'}`;
}
