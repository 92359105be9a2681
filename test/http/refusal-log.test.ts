import { expect, test } from '@jest/globals';
import { RefusalLog } from '../../src/http/refusal-log.ts';
import { AppError } from '../../src/shared/errors.ts';
import { silentLogger } from '../../src/shared/logger.ts';

test('of more than a thousand addresses only the latest are remembered, however fast they come', () => {
  const said: unknown[] = [];
  const logger = { ...silentLogger, error: (facts: object) => said.push('path' in facts && facts.path) };
  const log = new RefusalLog({ logger, now: () => 0, onRefused: () => {} });
  const refuse = (at: number) => log.tell(new AppError('library_unreadable', 'no disk'), `/${at}`, 503);
  for (let at = 0; at <= 1000; at++) refuse(at);
  said.length = 0;
  for (const at of [1000, 1, 0]) refuse(at);
  expect(said).toEqual(['/0']);
});
