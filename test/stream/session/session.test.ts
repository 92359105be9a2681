import { describe, expect, it, test } from '@jest/globals';
import { validate as isUuid, v4 as uuid } from 'uuid';
import { AppError } from '../../../src/shared/errors.ts';
import { StreamSession } from '../../../src/stream/session/session.ts';
import { canTransitionTo } from '../../../src/stream/session/state.ts';
import { streamQuality } from '../../../src/stream/session/stream-quality.ts';

const START = Date.UTC(2025, 10, 24, 20, 0, 0);

function sessionAt(startMs: number) {
  let nowMs = startMs;
  const channelId = uuid();
  const session = new StreamSession(channelId, { now: () => nowMs });
  return { session, channelId, pass: (ms: number) => (nowMs += ms) };
}

test('a session is used as documented', () => {
  const { session, channelId, pass } = sessionAt(START);

  session.incrementClients();
  expect(session.isActive()).toBe(true);

  expect(canTransitionTo(session.getState(), 'starting')).toBe(true);
  session.setState('starting');
  expect(session.getState()).toBe('starting');

  const qualities = [streamQuality('/streams', channelId, '1080p'), streamQuality('/streams', channelId, '720p')];
  session.setQualities(qualities);
  expect(session.getQualities()).toEqual(qualities);

  session.incrementErrorCount();
  session.setLastError(new AppError('ffmpeg_failed', 'ffmpeg failed'));
  expect([session.getErrorCount(), session.getLastError()]).toEqual([1, 'ffmpeg failed']);

  session.updateLastAccess();
  const gracePeriodMs = 30_000;
  expect(session.shouldCleanup(gracePeriodMs)).toBe(false);
  session.decrementClients();
  pass(30_001);
  expect(session.shouldCleanup(gracePeriodMs)).toBe(true);
});

test('a new session is idle and empty', () => {
  const { session, channelId } = sessionAt(START);
  expect(isUuid(session.id)).toBe(true);
  expect(session.toJSON()).toEqual({
    id: session.id,
    channel_id: channelId,
    started_at: '2025-11-24T20:00:00.000Z',
    client_count: 0,
    ffmpeg_pid: 0,
    state: 'idle',
    qualities: [],
    last_access_time: '2025-11-24T20:00:00.000Z',
    error_count: 0,
    last_error: '',
    segment_path: '',
    output_dir: '',
    join_count: 0,
    slate_count: 0,
    late_count: 0,
  });
});

test('the API says everything in snake_case', () => {
  const { session, channelId, pass } = sessionAt(START);
  pass(1500.5);
  session.incrementClients();
  session.incrementClients();
  session.updateLastAccess();
  session.setState('starting');
  session.setState('active');
  session.setFFmpegPID(4711);
  session.setQualities([streamQuality('/streams', channelId, '720p')]);
  session.incrementErrorCount();
  session.setLastError('lost');
  session.setSegmentPath(`/streams/${channelId}/720p`);
  session.setOutputDir(`/streams/${channelId}`);
  const card = { kind: 'card', cause: 'unreadable', why: 'it is gone' } as const;
  session.countSegment({ shows: { kind: 'item', title: 'Film' }, isJoin: true, isLate: false });
  session.countSegment({ shows: card, isJoin: false, isLate: true });
  session.countSegment({ shows: card, isJoin: false, isLate: false });
  expect(JSON.parse(JSON.stringify(session))).toEqual({
    id: session.id,
    channel_id: channelId,
    started_at: '2025-11-24T20:00:00.000Z',
    client_count: 2,
    ffmpeg_pid: 4711,
    state: 'active',
    qualities: [
      {
        level: '720p',
        bitrate: 3000,
        resolution: '1280x720',
        segment_path: `/streams/${channelId}/720p`,
        playlist_path: `/streams/${channelId}/720p.m3u8`,
      },
    ],
    last_access_time: '2025-11-24T20:00:01.500Z',
    error_count: 1,
    last_error: 'lost',
    segment_path: `/streams/${channelId}/720p`,
    output_dir: `/streams/${channelId}`,
    join_count: 1,
    slate_count: 2,
    late_count: 1,
  });
  expect([session.getFFmpegPID(), session.getSegmentPath(), session.getOutputDir()]).toEqual([
    4711,
    `/streams/${channelId}/720p`,
    `/streams/${channelId}`,
  ]);
});

test('viewers are never fewer than none', () => {
  const { session } = sessionAt(START);
  session.decrementClients();
  session.incrementClients();
  expect(session.getClientCount()).toBe(1);
  session.decrementClients();
  session.decrementClients();
  expect(session.getClientCount()).toBe(0);
  expect(session.isActive()).toBe(false);
});

test('a transition that is not allowed changes nothing', () => {
  const { session } = sessionAt(START);
  expect(() => session.setState('active')).toThrow(expect.objectContaining({ code: 'invalid_transition' }));
  expect(session.getState()).toBe('idle');
});

test('qualities are copied on the way in and out', () => {
  const { session, channelId } = sessionAt(START);
  const given = [{ ...streamQuality('/streams', channelId, '720p') }];
  session.setQualities(given);
  const [quality] = given;
  if (quality) quality.bitrate = 1;
  session.getQualities().pop();
  expect(session.getQualities()).toEqual([streamQuality('/streams', channelId, '720p')]);
});

test('errors can be forgotten', () => {
  const { session } = sessionAt(START);
  session.incrementErrorCount();
  session.incrementErrorCount();
  session.setLastError(new Error('no'));
  session.resetErrors();
  expect([session.getErrorCount(), session.getLastError()]).toEqual([0, '']);
});

describe('cleanup with a grace period of 30 s', () => {
  it.each([
    ['nobody watches, exactly the grace period', 0, 30_000, false],
    ['nobody watches, longer', 0, 30_001, true],
    ['somebody watches, for long', 1, 3_600_000, false],
  ])('%s', (_, clients, idleMs, expected) => {
    const { session, pass } = sessionAt(START);
    for (let i = 0; i < clients; i++) session.incrementClients();
    pass(5000);
    session.updateLastAccess();
    pass(idleMs);
    expect(session.getLastAccessTime()).toBe(START + 5000);
    expect(session.idleDurationMs()).toBe(idleMs);
    expect(session.shouldCleanup(30_000)).toBe(expected);
  });
});

test('without a clock of its own a session takes the system time', () => {
  const before = Date.now();
  const { startedAt } = new StreamSession(uuid());
  expect(startedAt).toBeGreaterThanOrEqual(before);
  expect(startedAt).toBeLessThanOrEqual(Date.now());
});
