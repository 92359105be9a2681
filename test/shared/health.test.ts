import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { HEALTH_CAUSES } from '../../src/shared/health-causes.ts';
import { Health } from '../../src/shared/health.ts';

const START = Date.UTC(2026, 5, 1, 20);
const HOUR_MS = 3_600_000;

function healthAt(startMs = START) {
  let nowMs = startMs;
  return { health: new Health(() => nowMs), wind: (ms: number) => (nowMs += ms) };
}

test('all is well as long as nobody says otherwise', () => {
  expect(healthAt().health.report()).toEqual({ status: 'ok', causes: [] });
});

test('a cause is told with its words, what to do, and since when', () => {
  const { health, wind } = healthAt();
  health.raise('library_unreadable', '/films', '/films is not there');
  wind(60_000);
  // Said again in other words, it is the same trouble.
  health.raise('library_unreadable', '/films', '/films may not be read');
  expect(health.report()).toEqual({
    status: 'degraded',
    causes: [
      {
        code: 'library_unreadable',
        message: '/films may not be read',
        advice: expect.stringMatching(
          /check that the folder exists.* in a container, mount it whole and read-only; .*another machine, mount the videos and name them as folder:\/path/,
        ),
        since: '2026-06-01T20:00:00.000Z',
      },
    ],
  });
});

test('each subject has its own cause, and is well again by itself', () => {
  const { health, wind } = healthAt();
  const films = health.teller('library_unreadable', '/films');
  const shows = health.teller('library_unreadable', '/shows');
  films('no films');
  shows('no shows');
  films(undefined);
  expect(health.report().causes.map(({ message }) => message)).toEqual(['no shows']);
  shows(undefined);
  expect(health.report().status).toBe('ok');
  wind(1000);
  films('no films again');
  expect(health.report().causes[0]?.since).toBe('2026-06-01T20:00:01.000Z');
});

test('whoever knows better says what to do', () => {
  const { health } = healthAt();
  health.raise('internal_error', '', 'the demo library cannot be made', 'make room');
  expect(health.report().causes[0]?.advice).toBe('make room');
});

test.each([26 * HOUR_MS, -26 * HOUR_MS])('what was over at once is told for a while (%d ms)', (ms) => {
  const { health, wind } = healthAt();
  health.raise('database_corrupt', '', 'set aside');
  wind(HOUR_MS);
  expect(health.report().status).toBe('degraded');
  wind(ms);
  expect(health.report().status).toBe('ok');
  health.raise('database_corrupt', '', 'set aside again');
  expect(health.report().causes[0]?.since).toBe(new Date(START + HOUR_MS + ms).toISOString());
});

test('the page on the engine has every cause', async () => {
  const page = await readFile(new URL('../../docs/streaming-engine.md', import.meta.url), 'utf8');
  expect(Object.keys(HEALTH_CAUSES).filter((code) => !new RegExp(`^\\| \`${code}\` +\\|`, 'm').test(page))).toEqual([]);
});
