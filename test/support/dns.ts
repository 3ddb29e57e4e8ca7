/** A DNS server on loopback that answers A questions from a table (RFC 1035, section 4), and counts them. */
import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';

const NXDOMAIN = 3;

export interface TestDns {
  readonly server: string;
  readonly asked: string[];
}

/** `silent` names get no answer at all. */
export async function dnsServer(table: Record<string, string>): Promise<TestDns> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (message, peer) => {
    const { name, end } = question(message);
    const isA = message.readUInt16BE(end) === 1;
    if (isA) asked.push(name);
    const address = table[name];
    if (address === 'silent') return;
    const header = Buffer.from(message.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (address === undefined ? NXDOMAIN : 0), 2);
    const found = address !== undefined && isA;
    header.writeUInt16BE(found ? 1 : 0, 6);
    header.writeUInt32BE(0, 8);
    const answer = found
      ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)])
      : Buffer.alloc(0);
    socket.send(
      Buffer.concat([header, message.subarray(12, end + 4), answer]),
      peer.port,
      peer.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked };
}

function question(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}
