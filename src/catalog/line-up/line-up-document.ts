import { isDeepStrictEqual } from 'node:util';
import { v5 as uuidOf } from 'uuid';
import { DEFAULT_FRAME_RATE, type FrameRate } from '../../schedule/frame-rate.ts';
import type { Programming } from '../../schedule/programming/programming.ts';
import { AppError } from '../../shared/errors.ts';
import type { Channel, Origin } from '../channels/channel.ts';
import { type ChannelDocument, type LineUpDocument, nameOfRate } from '../channels/channel-input.ts';
import { nameKey } from '../channels/channel-name.ts';
import { withSeed } from '../channels/channel-seed.ts';
import type { ChangeChannels, GivenLogo } from '../channels/channel-writer.ts';
import { programmingOf } from '../channels/contents.ts';
import { type ChannelDefaults, NewChannels } from '../channels/new-channels.ts';

/** Never changes: ids of channels that a document names without one are made in it. */
const NAMESPACE = '0f7c7c4e-58d7-5d0e-9a3e-6f0a5b1c9e21';

/** Makes a logo of a picture: given as bytes, or else read at the URL. It throws for what is no picture. */
export type PictureAt = (picture: { readonly bytes?: Buffer; readonly url?: string | undefined }) => Promise<Buffer>;

/** Channels as one document; read again it changes nothing. */
export function documentOf(channels: readonly Channel[], logos: ReadonlyMap<string, GivenLogo>): LineUpDocument {
  return {
    sidecast_channels: 1,
    channels: channels.map((channel) => channelDocumentOf(channel, logos.get(channel.id))),
  };
}

function channelDocumentOf(channel: Channel, logo: GivenLogo | undefined): ChannelDocument {
  const { origin } = channel;
  return {
    ...{ id: channel.id, number: channel.number, name: channel.name, group: channel.group },
    ...{ description: channel.description, enabled: channel.enabled, time_zone: channel.timeZone },
    ...{ qualities: [...channel.qualities], tuner_quality: channel.tunerQuality },
    ...{ frame_rate: nameOfRate(channel.frameRate), segment_seconds: channel.segmentSeconds },
    programming: channel.programming,
    ...(origin.kind === 'found' ? { found_for: { source: origin.source, content: origin.content } } : {}),
    ...(logo === undefined ? {} : { logo: { png: logo.png.toString('base64'), ...(logo.url && { url: logo.url }) } }),
  };
}

export interface ImportOptions {
  /** The rate of what each channel of the document shows, in its order. */
  readonly rates: readonly FrameRate[];
  readonly defaults: ChannelDefaults;
  /** The logos that there are. */
  readonly kept: ReadonlyMap<string, GivenLogo>;
  readonly pictureAt: PictureAt;
  /** Channels that the document does not name go. */
  readonly replace: boolean;
}

/** The change that a document means. Pictures are read now: nothing waits for them later. */
export async function withImported(document: LineUpDocument, options: ImportOptions): Promise<ChangeChannels> {
  const { rates, defaults, kept, pictureAt, replace } = options;
  const named = document.channels.map((channel) => ({
    ...channel,
    id: channel.id ?? uuidOf(nameKey(channel.name), NAMESPACE),
  }));
  checkIds(named);
  const logos = new Map<string, GivenLogo | undefined>();
  for (const { id, logo } of named) {
    const given = await logoOf(logo, kept.get(id), pictureAt);
    if (given !== 'same') logos.set(id, given);
  }
  return (channels, used) => {
    const ids = new Set(named.map(({ id }) => id));
    const known = new Map(channels.map((channel) => [channel.id, channel]));
    const others = replace ? [] : channels.filter(({ id }) => !ids.has(id));
    // What a delay shows comes before it, wherever it is named.
    const delaysLast = [...named.entries()].sort(
      ([, a], [, b]) => Number(a.programming.kind === 'delay') - Number(b.programming.kind === 'delay'),
    );
    const after = new NewChannels(others, defaults, used);
    for (const [index, { id, logo: _logo, found_for: foundFor, ...given }] of delaysLast) {
      const was = known.get(id);
      const number = given.number ?? was?.number;
      const programming = withSeed(given.programming, id, was);
      const input = { ...given, ...keptFormat(was, given), ...(number === undefined ? {} : { number }), programming };
      const made = after.made({ id, input, frameRate: rates[index] ?? DEFAULT_FRAME_RATE });
      after.add(importedOver(was, made, foundFor));
    }
    return { channels: after.all, logos };
  };
}

/** Who copies a channel in a file by hand easily leaves its id; two of one name are told of as such. */
function checkIds(named: readonly { readonly id: string; readonly name: string }[]): void {
  const known = new Map<string, string>();
  for (const [at, { id, name }] of named.entries()) {
    const other = known.get(id);
    known.set(id, name);
    if (other === undefined || nameKey(other) === nameKey(name)) continue;
    const [path, message] = [`channels.${at}.id`, `"${other}" has the id ${id} in this document; use another`];
    throw new AppError('invalid_body', `invalid body; ${path}: ${message}`, { fields: [{ path, message }] });
  }
}

/** What a document does not say of a channel's picture stays as far as it goes together. */
function keptFormat(
  was: Channel | undefined,
  { qualities, tuner_quality: asked }: ChannelDocument,
): Pick<ChannelDocument, 'qualities' | 'tuner_quality'> {
  if (was === undefined) return {};
  const isOffered = (qualities ?? was.qualities).includes(was.tunerQuality);
  return {
    qualities: qualities ?? [...was.qualities],
    ...(asked === undefined && isOffered && { tuner_quality: was.tunerQuality }),
  };
}

/** What is fixed for a channel stays; all else is as the document says. */
function importedOver(was: Channel | undefined, made: Channel, foundFor: ChannelDocument['found_for']): Channel {
  const origin = originOf(was, made, foundFor);
  if (was === undefined) return { ...made, origin };
  const { frameRate, segmentSeconds, listed, version, logo } = was;
  return { ...made, origin, frameRate, segmentSeconds, version, logo, listed: origin.kind === 'made' || listed };
}

/** With a programming of its own it is a person's, as if that had been said to the API, and stays whatever the libraries have. */
function originOf(was: Channel | undefined, made: Channel, foundFor: ChannelDocument['found_for']): Origin {
  if (foundFor === undefined) return { kind: 'made' };
  const { source, content } = foundFor;
  const known = [programmingOf(source, content), ...(was?.origin.kind === 'found' ? [was.programming] : [])];
  // Nothing of such a programming is left to chance.
  const withoutSeed = (programming: Programming) => ({ ...programming, seed: 0 });
  const isFound = known.some((one) => isDeepStrictEqual(withoutSeed(one), withoutSeed(made.programming)));
  return isFound ? { kind: 'found', source, content } : { kind: 'made' };
}

async function logoOf(
  given: ChannelDocument['logo'],
  kept: GivenLogo | undefined,
  pictureAt: PictureAt,
): Promise<GivenLogo | undefined | 'same'> {
  if (given?.png === undefined && given?.url === undefined) return kept === undefined ? 'same' : undefined;
  const { png, url } = given;
  const isSameURL = (kept?.url ?? undefined) === url;
  // Given as it was exported, or read at the same place before.
  const bytes = png === undefined ? undefined : Buffer.from(png, 'base64');
  if (kept !== undefined && isSameURL && (bytes === undefined || bytes.equals(kept.png))) return 'same';
  return { png: await pictureAt(bytes === undefined ? { url } : { bytes }), url: url ?? null };
}
