import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { resolveStreamsDir } from '../../src/config/streams-dir.ts';

test('the folder that is set is taken', async () => {
  expect(await resolveStreamsDir({ streamsDir: '/s', dataDir: '/d' })).toBe('/s');
});

test('without memory to write to, what is on air lies in the data folder', async () => {
  expect(await resolveStreamsDir({ dataDir: '/d' }, '/no/such/folder')).toBe('/d/streams');
});

test('in memory, each data folder has its own', async () => {
  const memory = await mkdtemp(path.join(tmpdir(), 'memory-'));
  const one = await resolveStreamsDir({ dataDir: '/d' }, memory);
  expect(path.dirname(one)).toBe(memory);
  expect(await resolveStreamsDir({ dataDir: '/d/../d' }, memory)).toBe(one);
  expect(await resolveStreamsDir({ dataDir: '/e' }, memory)).not.toBe(one);
});
