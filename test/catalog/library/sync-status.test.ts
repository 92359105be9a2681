import { expect, test } from '@jest/globals';
import { SyncStatus } from '../../../src/catalog/library/sync-status.ts';

test('of several libraries that are read at once the one is told that was heard of last', () => {
  const status = new SyncStatus();
  status.begin('folder:/a', 100);
  status.begin('plex:/b', null);
  status.read('folder:/a', 50, null);
  expect(status.progress).toEqual({ source: 'folder:/a', items: 50, expected: 100 });
  status.read('plex:/b', 20, 80);
  expect(status.progress).toEqual({ source: 'plex:/b', items: 20, expected: 80 });
  status.end('plex:/b');
  expect(status.progress).toEqual({ source: 'folder:/a', items: 50, expected: 100 });
  expect(status.isRunning).toBe(true);
  status.end('folder:/a');
  expect(status.progress).toEqual({ source: null, items: 0, expected: null });
  expect(status.isRunning).toBe(false);
});
