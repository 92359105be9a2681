import { type AskedName, namesIn } from '../../schedule/programming/asked-names.ts';
import type { Programming } from '../../schedule/programming/programming.ts';
import { segmentAt } from '../../schedule/grid.ts';
import { absentNames } from './absent-names.ts';
import type { Catalog } from '../catalog.ts';
import { type Channel, gridOf } from '../channels/channel.ts';
import type { KnownNames } from './known-names.ts';
import type { Preview } from '../planning/preview.ts';

/** Something that may not be meant, though it is allowed; `path` is where it stands in what is said of a channel. */
export interface ChannelWarning {
  readonly path: string;
  readonly message: string;
}

/** Of one channel: more are only counted. */
const MOST = 20;

/** Channels that are named when several are off air. */
const MOST_NAMED = 10;

const UNREAD: ChannelWarning = {
  path: 'programming',
  message: 'nothing was found in the libraries yet: whether they have what it asks for could not be looked up',
};
const OFF_AIR: ChannelWarning = {
  path: 'programming',
  message:
    'nothing is planned, it stays off air: what it asks for is not in the library or its files are not here, it was all ' +
    'shown, or it has no time in the days to come; what joins the library later is shown by itself',
};

/** What may not be meant of a programming, with what would be on by it in all the time that was looked ahead. */
export async function previewWarnings(
  { names }: Pick<Catalog, 'names'>,
  programming: Programming,
  { programmes }: Pick<Preview, 'programmes'>,
): Promise<ChannelWarning[]> {
  const [warnings = []] = await absentIn(names, [programming]);
  const isEmpty = !programmes.some(({ kind }) => kind === 'programme');
  return isEmpty && !warnings.includes(UNREAD) ? [...warnings, OFF_AIR] : warnings;
}

/** The same of channels, in their order, with what is planned on them. */
export async function channelWarnings(
  catalog: Pick<Catalog, 'names' | 'airings'>,
  channels: readonly Channel[],
  nowMs: number,
): Promise<ChannelWarning[][]> {
  const warnings = await absentIn(
    catalog.names,
    channels.map(({ programming }) => programming),
  );
  for (const [at, channel] of channels.entries()) {
    // Nothing can be planned while nothing is known.
    if (warnings[at]?.includes(UNREAD) || !(await isOffAir(catalog, channel, nowMs))) continue;
    warnings[at]?.push(OFF_AIR);
  }
  return warnings;
}

/**
 * What is wrong with those among some channels of which viewers get nothing to see, in words. One that was not planned yet
 * may be well in a moment, and nothing can be while nothing is known.
 */
export async function offAirInWords(
  { names, airings }: Pick<Catalog, 'names' | 'airings'>,
  channels: readonly Channel[],
  nowMs: number,
): Promise<string | undefined> {
  const begun = channels.filter((channel) => hasBegun(channel, nowMs));
  const starts = begun.map((channel) => ({ channelId: channel.id, segment: segmentAt(gridOf(channel), nowMs) }));
  const empty = await airings.emptyFrom(starts);
  const named = begun.filter(({ id }) => empty.has(id)).map(({ number, name }) => `${number} "${name}"`);
  const [one] = named;
  if (one === undefined || !(await names.isAny())) return undefined;
  if (named.length === 1) return `channel ${one} is off air: nothing is planned on it`;
  const more = named.length - MOST_NAMED;
  const told = `${named.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `channels ${told} are off air: nothing is planned on them`;
}

/** What each asks for by name that the libraries do not have as they are now. They may have it tomorrow. */
async function absentIn(names: KnownNames, programmings: readonly Programming[]): Promise<ChannelWarning[][]> {
  const asked = programmings.map(namesIn);
  if (!(await names.isAny())) return programmings.map(() => [UNREAD]);
  const absent = await absentNames(asked.flat(), names);
  return asked.map((some) => inWords(some, absent));
}

function inWords(asked: readonly AskedName[], absent: ReadonlyMap<AskedName, string>): ChannelWarning[] {
  const warnings = asked.flatMap((one): ChannelWarning[] => {
    const message = absent.get(one);
    return message === undefined ? [] : [{ path: ['programming', ...one.path].join('.'), message }];
  });
  const more = warnings.length - MOST;
  if (more <= 0) return warnings;
  return [...warnings.slice(0, MOST), { path: 'programming', message: `and ${more} more names that there are not` }];
}

/** Whether nothing is planned on it, other than that it is still to begin. */
async function isOffAir({ airings }: Pick<Catalog, 'airings'>, channel: Channel, nowMs: number): Promise<boolean> {
  return hasBegun(channel, nowMs) && !(await airings.hasProgrammes(channel.id, segmentAt(gridOf(channel), nowMs)));
}

function hasBegun({ programming }: Channel, nowMs: number): boolean {
  return !(programming.kind === 'scheduled' && Date.parse(programming.start_at ?? '') > nowMs);
}
