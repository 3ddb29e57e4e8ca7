/** From a name to a connection: TCP, then TLS where it is asked for. */
import { createHash } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  checkServerIdentity,
  connect as connectTls,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { ContactError } from '../../core/contact.ts';
import { errnoOf } from '../../core/error.ts';
import { asciiName } from '../ascii-name.ts';
import { tcpProblem } from '../dial.ts';
import type { Dial, DialLimit, Hello } from '../transport.ts';
import type { FirstUse } from './first-use.ts';
import { HttpConnection } from './http-connection.ts';
import { certificateChanged, tlsProblem } from './tls-trust.ts';

/** Whom to believe that it is the host. */
export type Trust =
  /** A certificate for its name from an authority we know. */
  | { readonly kind: 'authorities' }
  /** The one certificate with this SHA-256 (lower-case hexadecimal); names and authorities do not matter. */
  | { readonly kind: 'pin'; readonly sha256: string }
  /** As `authorities`; any other certificate counts as the host's from the first time it is shown. */
  | { readonly kind: 'first-use'; readonly store: FirstUse };

export interface Peer {
  /** As the inventory names it. */
  readonly name: string;
  readonly dial: Dial;
  readonly port: number;
  readonly tls?: {
    readonly context: SecureContext;
    /** Name the certificate must bear. */
    readonly serverName: string;
    readonly trust: Trust;
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
 * TLS over a connected stream; the certificate is verified before a byte of ours is sent.
 * @throws ContactError stage tls.
 */
export async function secure(
  stream: Duplex,
  peer: Peer,
  tls: NonNullable<Peer['tls']>,
  onHello: (hello: Hello) => void = () => undefined,
): Promise<HttpConnection> {
  const secured = await handshake(stream, tls, onHello);
  try {
    const certificate = secured.getPeerCertificate();
    await verify(secured, certificate, authority(peer), tls.trust);
    return new HttpConnection(secured, { host: authority(peer), certificate: certificate.raw });
  } catch (error) {
    secured.destroy();
    stream.destroy();
    throw error;
  }
}

function handshake(
  stream: Duplex,
  { serverName, context, trust }: NonNullable<Peer['tls']>,
  onHello: (hello: Hello) => void,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({
      socket: stream,
      secureContext: context,
      // Said outright: left out, NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would switch verification off.
      // A pinned certificate is verified by us, below, before anything is sent.
      rejectUnauthorized: trust.kind === 'authorities',
      ...(isIP(serverName) === 0 && { servername: serverName }),
      ALPNProtocols: ['http/1.1'],
      checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    });
    let certificate: PeerCertificate | undefined;
    // Node closes the handle before it tells of a bad certificate; its details are to be had only before.
    secured.prependOnceListener('secure', () => {
      certificate = secured.getPeerCertificate();
      if (certificate.raw !== undefined) onHello({ certificate: described(certificate) });
    });
    const fail = (error: unknown): void => {
      secured.destroy();
      stream.destroy();
      reject(tlsProblem(error, certificate));
    };
    const onClose = (): void => fail(errno('ECONNRESET'));
    stream.on('error', fail);
    secured.once('error', fail).once('close', onClose);
    secured.once('secureConnect', () => {
      secured.off('error', fail).off('close', onClose);
      resolve(secured);
    });
  });
}

async function verify(
  secured: TLSSocket,
  certificate: PeerCertificate,
  place: string,
  trust: Trust,
): Promise<void> {
  // With authorities Node has ended what it does not trust already.
  if (trust.kind === 'authorities' || (trust.kind === 'first-use' && secured.authorized)) return;
  const shown = createHash('sha256').update(certificate.raw).digest('hex');
  const expected = trust.kind === 'pin' ? trust.sha256 : await recall(trust.store, place, shown);
  if (shown !== expected) throw certificateChanged(expected, shown);
}

async function recall(store: FirstUse, place: string, shown: string): Promise<string> {
  try {
    return await store.recall(place, shown);
  } catch (cause) {
    const code = errnoOf(cause) ?? 'EIO';
    const message = `the certificate of ${place} cannot be kept (${code}), so it is not trusted; check the state folder`;
    throw new ContactError({ stage: 'tls', code, message }, { cause });
  }
}

function described({ subject, issuer, valid_to, fingerprint256 }: PeerCertificate) {
  const until = new Date(valid_to);
  return {
    subject: String(subject?.CN ?? ''),
    issuer: String(issuer?.CN ?? issuer?.O ?? ''),
    until: Number.isNaN(until.getTime()) ? '' : until.toISOString(),
    sha256: (fingerprint256 ?? '').replaceAll(':', '').toLowerCase(),
  };
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

export function closedDoor(code: string, port: number | string): ContactError {
  return tcpProblem(code, port, MEANINGS);
}
