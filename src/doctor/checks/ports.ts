import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { hasCode, messageOf } from '../../shared/errors.ts';
import { type Finding, fine, wrong } from '../finding.ts';

/** A port that Sidecast would listen on. */
export interface WantedPort {
  readonly transport: 'tcp' | 'udp';
  readonly port: number;
  /** What it is set by. */
  readonly setting: string;
}

/** Whether Sidecast could listen there. Only where none is at work: that one has them. */
export async function checkPorts(host: string, wanted: readonly WantedPort[]): Promise<readonly Finding[]> {
  return Promise.all(wanted.map((port) => checkPort(host, port)));
}

async function checkPort(host: string, { transport, port, setting }: WantedPort): Promise<Finding> {
  const name = `${transport} port ${port}`;
  try {
    await (transport === 'tcp' ? listenOnce(host, port) : bindOnce(host, port));
    return fine(`${name} is free`);
  } catch (error) {
    const words = hasCode(error, 'EADDRINUSE')
      ? `${name} is in use by another program`
      : `cannot listen on ${host}, ${name} (${messageOf(error)})`;
    return wrong(words, `end the other program, or change ${setting}`);
  }
}

async function listenOnce(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

async function bindOnce(host: string, port: number): Promise<void> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
  } finally {
    socket.close();
  }
}
