/** From a name to a connection: TCP, then TLS where it is asked for. */
import { isIP, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  checkServerIdentity,
  connect as connectTls,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls';
import { ContactError } from '../../core/contact.ts';
import { asciiName } from '../ascii-name.ts';
import { tcpProblem } from '../dial.ts';
import type { Dial, DialLimit } from '../transport.ts';
import { HttpConnection } from './http-connection.ts';
import { tlsProblem } from './tls-trust.ts';

export interface Peer {
  /** As the inventory names it. */
  readonly name: string;
  readonly dial: Dial;
  readonly port: number;
  readonly tls?: {
    readonly context: SecureContext;
    /** Name the certificate must bear. */
    readonly serverName: string;
  };
}

/** `host:port` as URLs and the Host header want it; WinRM looks at neither, so a name with no spelling needs none. */
export function authority({ name, port }: Pick<Peer, 'name' | 'port'>): string {
  const host = isIP(name) === 0 ? asciiName(name) || 'localhost' : name;
  // The zone of an address means something to this machine only (RFC 6874, section 1).
  return isIPv6(host) ? `[${host.replace(/%.*/, '')}]:${port}` : `${host}:${port}`;
}

/** @throws ContactError stage tcp, in the words of WinRM; stage relay; the signal's reason. */
export async function openStream({ dial, port }: Peer, limit: DialLimit): Promise<Duplex> {
  try {
    return (await dial(port, limit)).stream;
  } catch (error) {
    throw error instanceof ContactError && error.stage === 'tcp'
      ? closedDoor(error.code, port)
      : error;
  }
}

/**
 * TLS over a connected socket; the certificate is verified before a byte of ours is sent.
 * @throws ContactError stage tls.
 */
export function secure(
  socket: Duplex,
  peer: Peer,
  { serverName, context }: NonNullable<Peer['tls']>,
): Promise<HttpConnection> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({
      socket,
      secureContext: context,
      // Left out, NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would switch verification off.
      rejectUnauthorized: true,
      ...(isIP(serverName) === 0 && { servername: serverName }),
      ALPNProtocols: ['http/1.1'],
      checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    });
    let certificate: PeerCertificate | undefined;
    // Node closes the handle before it tells of a bad certificate; its details are to be had only before.
    secured.prependOnceListener('secure', () => {
      certificate = secured.getPeerCertificate();
    });
    const fail = (error: unknown): void => {
      secured.destroy();
      socket.destroy();
      reject(tlsProblem(error, certificate));
    };
    const onClose = (): void => fail(errno('ECONNRESET'));
    socket.on('error', fail);
    secured.once('error', fail).once('close', onClose);
    secured.once('secureConnect', () => {
      secured.off('error', fail).off('close', onClose);
      certificate ??= secured.getPeerCertificate();
      resolve(new HttpConnection(secured, { host: authority(peer), certificate: certificate.raw }));
    });
  });
}

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  [
    'ECONNREFUSED',
    'up, but nothing listens on the port; run "winrm quickconfig" there, check the port',
  ],
  [
    'ETIMEDOUT',
    'no answer: off, asleep, or a firewall drops it (rule WINRM-HTTP-In, public profile)',
  ],
]);

export function closedDoor(code: string, port: number): ContactError {
  return tcpProblem(code, port, MEANINGS);
}
