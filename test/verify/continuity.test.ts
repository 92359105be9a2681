import { expect, it } from '@jest/globals';
import { ContinuityJudge } from '../../src/verify/continuity.ts';
import { FaultList } from '../../src/verify/faults.ts';
import { PacketReader } from '../../src/verify/packets.ts';

/** Packets by their counters: `3` carries a payload of its own, `3=` repeats one, `3-` has none, `3!` is marked. */
it.each([
  ['counts on', '14 15 0 1', 0],
  ['misses one', '1 3 4', 1],
  ['goes back', '5 4', 1],
  ['repeats a packet', '1= 1= 2', 0],
  ['repeats a packet twice', '1= 1= 1= 2', 1],
  ['repeats a counter with another payload', '1 1 2', 1],
  ['does not count without payload', '1 1- 1- 2', 0],
  ['counts without payload', '1 2- 3', 1],
  ['jumps where it is marked', '1 9! 10', 0],
])('a counter that %s', (_, counters, faults) => {
  const list = new FaultList();
  const judge = new ContinuityJudge(list.tell);
  counters.split(' ').forEach((word, place) => {
    for (const packet of new PacketReader(() => {}).push(packetOf(word, place))) judge.judge(packet, 0);
  });
  expect(list.list().reduce((sum, { count }) => sum + count, 0)).toBe(faults);
});

function packetOf(word: string, place: number): Buffer {
  const counter = Number.parseInt(word, 10);
  const packet = Buffer.alloc(188, word.endsWith('=') ? 0xaa : place);
  const control = word.endsWith('-') ? 0x20 : word.endsWith('!') ? 0x30 : 0x10;
  packet.set([0x47, 0x01, 0x00, control | counter]);
  if (word.endsWith('-')) packet.set([183, 0], 4);
  if (word.endsWith('!')) packet.set([1, 0x80], 4);
  return packet;
}
