import { AppError } from '../../shared/errors.ts';
import type { Channel } from './channel.ts';
import { nameKey } from './channel-name.ts';

/**
 * Throws where channels could not be side by side: what each may be for itself was looked at before. `before` is what they
 * were: who has a number or a name already keeps it.
 */
export function checkTogether(before: readonly Channel[], channels: readonly Channel[]): void {
  const numbers = new Map<string, Channel>();
  const names = new Map<string, Channel>();
  const ids = new Map(channels.map((channel) => [channel.id, channel]));
  const were = new Map(before.map((channel) => [channel.id, channel]));
  for (const channel of channels) {
    const [sameNumber, sameName] = [numbers.get(channel.number), names.get(nameKey(channel.name))];
    if (sameNumber !== undefined) throw taken('number', [sameNumber, channel], were);
    if (sameName !== undefined) throw taken('name', [sameName, channel], were);
    numbers.set(channel.number, channel);
    names.set(nameKey(channel.name), channel);
    checkQualities(channel);
    checkDelay(channel, ids);
  }
}

/**
 * Throws where a channel that is known has another picture for tuners than before: media servers remember for weeks how
 * large it was at an address, which stays the channel's.
 */
export function checkFormats(before: readonly Channel[], after: readonly Channel[]): void {
  const known = new Map(before.map((channel) => [channel.id, channel]));
  for (const { id, name, tunerQuality } of after) {
    const was = known.get(id)?.tunerQuality ?? tunerQuality;
    if (was === tunerQuality) continue;
    const message =
      `media servers remember for up to 30 days that it is ${was}; leave it at that and make another channel that is ` +
      `${tunerQuality}, or say change_format (--change-format) to change it all the same`;
    throw new AppError('channel_format_kept', `channel "${name}" stays as it is; tuner_quality: ${message}`, {
      fields: [{ path: 'tuner_quality', message }],
    });
  }
}

const TAKEN = { number: 'channel_number_taken', name: 'channel_name_taken' } as const;

/** Of two that would be called the same, the one is at fault that was not called so before. */
function taken(
  field: 'number' | 'name',
  [first, second]: readonly [Channel, Channel],
  were: ReadonlyMap<string, Channel>,
): AppError {
  const isSecondOlder = were.get(second.id)?.[field] === second[field] && were.get(first.id)?.[field] !== first[field];
  const [by, asking] = isSecondOlder ? [second, first] : [first, second];
  const other = were.get(by.id) ?? by;
  // Several may have been sent together.
  const asked = field === 'number' ? `"${asking.number}" of "${asking.name}"` : `"${asking.name}"`;
  const message = `the ${field} ${asked} is taken by channel ${other.number} "${other.name}"; use another`;
  return new AppError(TAKEN[field], message, { fields: [{ path: field, message }] });
}

function checkQualities({ name, qualities, tunerQuality }: Channel): void {
  if (qualities.includes(tunerQuality)) return;
  throw invalid(name, 'tuner_quality', `use one of the channel's qualities: ${qualities.join(', ')}`);
}

function checkDelay({ id, name, programming, frameRate, segmentSeconds }: Channel, ids: ReadonlyMap<string, Channel>) {
  if (programming.kind !== 'delay') return;
  const original = ids.get(programming.channel_id);
  const path = 'programming.channel_id';
  if (original === undefined || original.id === id) throw invalid(name, path, 'use the id of another channel');
  if (original.programming.kind === 'delay') {
    throw invalid(name, path, `use a channel that is no delay itself; "${original.name}" is one`);
  }
  const isSame =
    original.frameRate.num === frameRate.num &&
    original.frameRate.den === frameRate.den &&
    original.segmentSeconds === segmentSeconds;
  if (isSame) return;
  throw invalid(name, path, `use a channel with the same frame rate and segment length; "${original.name}" has others`);
}

function invalid(name: string, path: string, message: string): AppError {
  return new AppError('invalid_channel', `channel "${name}" cannot be like this; ${path}: ${message}`, {
    fields: [{ path, message }],
  });
}
