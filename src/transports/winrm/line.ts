/** A connection that is signed in: requests go in, replies come out, sealed on the way unless TLS does it. */
import { badReply } from './bad-reply.ts';
import { ContactError } from '../../core/contact.ts';
import { authority, type Peer } from './connect.ts';
import { isEncryptedType } from './encrypted-body.ts';
import type { Envelope } from './envelope.ts';
import { httpProblem } from './http-answers.ts';
import { ConnectionLost, type HttpConnection, type HttpReply } from './http-connection.ts';
import { listed, offeredSchemes } from './offers.ts';
import { readReply, type Reply } from './reply.ts';
import type { Protection } from './scheme.ts';
import { SOAP_TYPE } from './sign-in.ts';
import { bytesOf } from './text-parts.ts';

export class Line {
  readonly #connection: HttpConnection;
  readonly #protection: Protection;
  readonly peer: Peer;
  #isProven: boolean;

  /** @param peer the door that was taken, for coming back. */
  constructor(connection: HttpConnection, protection: Protection, peer: Peer) {
    this.#connection = connection;
    this.#protection = protection;
    this.peer = peer;
    this.#isProven = protection.kind === 'sealed' || protection.authorization === undefined;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Ends the connection, and with it the sealing context: neither is ever used again. */
  destroy(): void {
    this.#connection.destroy();
  }

  /** @throws ConnectionLost; ContactError when the reply is none, in which case the line is gone too. */
  async call({ id, xml }: Envelope): Promise<Reply> {
    try {
      const reply = await this.#send(xml);
      const read = readReply(await this.#open(reply));
      this.#isProven = true;
      // Some faults relate to nothing; what relates to another request is not ours.
      if (read.relatesTo !== id && !(read.fault && read.relatesTo === '')) {
        throw badReply('answers another request');
      }
      return read;
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  async #send(xml: Envelope['xml']): Promise<HttpReply> {
    const protection = this.#protection;
    if (protection.kind === 'tls')
      return this.#connection.post(SOAP_TYPE, bytesOf(xml), protection.authorization);
    const { seal } = protection;
    return this.#connection.post(seal.contentType, await seal.close(xml));
  }

  async #open(reply: HttpReply): Promise<Buffer> {
    const { status, contentType, body } = reply;
    // Where each request says who asks, the first one is the log-on.
    if (status === 401 && !this.#isProven) throw refusedAtFirst(reply);
    // The host knows us no longer: its service was restarted, or something cut and spliced the connection.
    if (status === 401 || (status === 400 && body.length === 0)) {
      throw new ConnectionLost(String(status));
    }
    const protection = this.#protection;
    if (protection.kind === 'sealed' && isEncryptedType(contentType))
      return protection.seal.open(contentType, body);
    const isSoap = /^\s*application\/soap\+xml\s*(;|$)/i.test(contentType);
    if (!isSoap || body.length === 0) {
      throw status === 200 && (isSoap || body.length === 0)
        ? badReply('is empty')
        : httpProblem(reply);
    }
    if (protection.kind === 'sealed') throw badReply('is not sealed');
    return body;
  }
}

function refusedAtFirst({ offers }: HttpReply): ContactError {
  const schemes = offeredSchemes(offers);
  const why = schemes.some((each) => each.toLowerCase() === 'basic')
    ? 'wrong password, locked, or a domain account, which Basic does not take'
    : 'wrong certificate or password, or it does not take this kind at all';
  const message = `the host refused the log-on: ${why}; it offers ${listed(schemes)}`;
  return new ContactError({ stage: 'auth', code: '401', message });
}

/** Where requests to this host go, for `wsa:To`. */
export function urlOf(peer: Peer): string {
  return `${peer.tls ? 'https' : 'http'}://${authority(peer)}/wsman`;
}
