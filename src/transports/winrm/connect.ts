/** From addresses to a connection: TCP, then TLS where it is asked for. */
import { connect as connectTcp, isIP, isIPv6, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls';
import { ContactError } from '../../core/contact.ts';
import { errnoOf } from '../../core/error.ts';
import { asciiName } from '../ascii-name.ts';
import { HttpConnection } from './http-connection.ts';
import { tlsProblem } from './tls-trust.ts';

export interface Peer {
  /** As the inventory names it. */
  readonly name: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly tls?: {
    readonly context: SecureContext;
    /** Name the certificate must bear. */
    readonly serverName: string;
  };
}

/** `host:port` as URLs and the Host header want it. */
export function authority({ name, addresses, port }: Peer): string {
  const host = isIP(name) === 0 ? asciiName(name) || (addresses[0] ?? '') : name;
  // The zone of an address means something to this machine only (RFC 6874, section 1).
  return isIPv6(host) ? `[${host.replace(/%.*/, '')}]:${port}` : `${host}:${port}`;
}

/**
 * Connects to the first address that answers; each gets its share of the time.
 * @param signal ends the socket at any time, be it connecting or connected: whoever gives up needs no hold of it.
 * @throws ContactError stage tcp, errno of the last address; the signal's reason.
 */
export async function openSocket(
  peer: Peer,
  limitMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  const end = performance.now() + limitMs;
  let failure: ContactError | undefined;
  for (const [index, address] of peer.addresses.entries()) {
    signal.throwIfAborted();
    const left = peer.addresses.length - index;
    try {
      return await tryAddress(peer, address, (end - performance.now()) / left, signal);
    } catch (error) {
      failure = tcpProblem(errnoOf(error) ?? 'ECONNABORTED', peer);
    }
  }
  throw failure ?? tcpProblem('EADDRNOTAVAIL', peer);
}

function tryAddress(
  peer: Peer,
  host: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port: peer.port, noDelay: true });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    const timer = setTimeout(() => socket.destroy(errno('ETIMEDOUT')), limitMs);
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('connect', onConnect).off('error', onError).off('close', onClose);
    };
    const onConnect = (): void => {
      settle();
      resolve(socket);
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    const onClose = (): void => onError(errno('ECONNABORTED'));
    socket.once('connect', onConnect).once('error', onError).once('close', onClose);
  });
}

/**
 * TLS over a connected socket; the certificate is verified before a byte of ours is sent.
 * @throws ContactError stage tls.
 */
export function secure(
  socket: Socket,
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
  ['EHOSTUNREACH', 'no route to the host: off, or its network or VPN is down'],
  ['ENETUNREACH', 'no route to the network of the host: is a VPN down?'],
  ['ECONNRESET', 'something closes the door before a byte comes: a firewall, or the wrong port'],
]);

export function tcpProblem(code: string, peer: Peer): ContactError {
  const meaning = MEANINGS.get(code) ?? `cannot connect (${code})`;
  return new ContactError({ stage: 'tcp', code, message: `port ${peer.port}: ${meaning}` });
}
