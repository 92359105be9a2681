import { expect, test } from '@jest/globals';
import { v4 as uuid } from 'uuid';
import { StreamSession } from '../../../src/stream/session/session.ts';
import { SessionManager } from '../../../src/stream/session/session-manager.ts';

test('sessions are kept by channel as documented', () => {
  const manager = new SessionManager();
  const channelId = uuid();
  const session = new StreamSession(channelId);

  manager.set(channelId, session);
  expect(manager.get(channelId)).toBe(session);
  expect(manager.list()).toEqual([session]);
  expect(manager.getAll((s) => s.isActive())).toEqual([]);
  session.incrementClients();
  expect(manager.getAll((s) => s.isActive())).toEqual([session]);

  manager.delete(channelId);
  manager.delete(channelId);
  expect(manager.get(channelId)).toBeUndefined();
  expect(manager.list()).toEqual([]);
});

test('a list stays as it was, and sessions may go while it is walked through', () => {
  const manager = new SessionManager();
  const ids = [uuid(), uuid(), uuid()];
  for (const id of ids) manager.set(id, new StreamSession(id));
  const list = manager.list();
  for (const session of manager) manager.delete(session.channelId);
  expect(list.map((session) => session.channelId)).toEqual(ids);
  expect([...manager]).toEqual([]);
});

test('a second session of a channel takes the place of the first', () => {
  const manager = new SessionManager();
  const first = new StreamSession('a');
  const second = new StreamSession('a');
  manager.set('a', first);
  manager.set('a', second);
  expect(manager.list()).toEqual([second]);
});
