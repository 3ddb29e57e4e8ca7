/** Streams straight to a host, without a jump host. */
import { connect, type Socket } from 'node:net';
import { ContactError } from '../core/contact.ts';
import { errnoOf } from '../core/error.ts';
import type { Dial, Dialled, DialLimit } from './transport.ts';

/** Dials the first of the addresses that answers; each gets its share of the time. At least one. */
export function dialDirect(addresses: readonly string[]): Dial {
  return async (port, { ms, signal }): Promise<Dialled> => {
    const end = performance.now() + ms;
    let code = 'EADDRNOTAVAIL';
    for (const [index, address] of addresses.entries()) {
      signal.throwIfAborted();
      const left = addresses.length - index;
      try {
        const limit = { ms: (end - performance.now()) / left, signal };
        return { stream: await tryAddress(address, port, limit), address };
      } catch (cause) {
        code = errnoOf(cause) ?? 'ECONNABORTED';
      }
    }
    signal.throwIfAborted();
    throw tcpProblem(code, port);
  };
}

function tryAddress(host: string, port: number, { ms, signal }: DialLimit): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    const timer = setTimeout(() => socket.destroy(errno('ETIMEDOUT')), ms);
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

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}

const NO_HANDLES = 'this machine has no file handle left; raise ulimit -n, or lower --forks';

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'up, but nothing listens on the port; check the port and the service there'],
  ['ETIMEDOUT', 'no answer: off, asleep, or a firewall drops it'],
  ['EHOSTUNREACH', 'no route to the host: off, or its network or VPN is down'],
  ['ENETUNREACH', 'no route to the network of the host: is a VPN down?'],
  ['EMFILE', NO_HANDLES],
  ['ENFILE', NO_HANDLES],
  ['ECONNRESET', 'something closes the door before a byte comes: a firewall, or the wrong port'],
]);

/** A port that could not be reached, in words that fit any protocol. */
export function tcpProblem(
  code: string,
  port: number | string,
  meanings: ReadonlyMap<string, string> = MEANINGS,
): ContactError {
  const meaning = meanings.get(code) ?? MEANINGS.get(code) ?? `cannot connect (${code})`;
  return new ContactError({ stage: 'tcp', code, message: `port ${port}: ${meaning}` });
}
