import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { lockDataFolder } from '../../src/catalog/data-lock.ts';
import { parseSettings } from '../../src/config.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openChannelDesk } from '../../src/wiring/channel-desk.ts';
import { announceAddress } from '../../src/wiring/sidecar-address.ts';
import { servePictures } from '../support/picture-server.ts';

test('a line-up is imported beside an older sidecar, which knows of no warnings', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'channel-desk-'));
  const lock = await lockDataFolder(dataDir);
  await using older = await servePictures({
    '/api/channels/import?replace=false&change_format=false': { body: '[{ "number": "7", "name": "Old" }]' },
  });
  await announceAddress(dataDir, '127.0.0.1', older.port);
  try {
    await using desk = await openChannelDesk(parseSettings({ env: { SIDECAST_DATA_DIR: dataDir } }), silentLogger);
    const document = { sidecast_channels: 1, channels: [] };
    expect(await desk.import(document, { replace: false, mayChangeFormat: false })).toEqual([
      { number: '7', name: 'Old', warnings: [] },
    ]);
  } finally {
    await lock.release();
    await rm(dataDir, { recursive: true });
  }
});
