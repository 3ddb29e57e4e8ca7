/** A connection that is signed in: requests go in, replies come out, sealed on the way unless TLS does it. */
import { badReply } from './bad-reply.ts';
import { authority, type Peer } from './connect.ts';
import {
  isEncryptedType,
  readEncryptedBody,
  SEALED_TYPE,
  writeEncryptedBody,
} from './encrypted-body.ts';
import type { Envelope } from './envelope.ts';
import { httpProblem } from './http-answers.ts';
import { ConnectionLost, type HttpConnection, type HttpReply } from './http-connection.ts';
import type { NtlmContext } from './ntlm-context.ts';
import { readReply, type Reply } from './reply.ts';
import { SOAP_TYPE } from './sign-in.ts';
import { bytesOf } from './text-parts.ts';

export class Line {
  readonly #connection: HttpConnection;
  readonly #seal: NtlmContext | undefined;

  /** @param seal undefined over TLS, which seals already. */
  constructor(connection: HttpConnection, seal: NtlmContext | undefined) {
    this.#connection = connection;
    this.#seal = seal;
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
    const seal = this.#seal;
    const reply = seal
      ? await this.#connection.post(
          SEALED_TYPE,
          writeEncryptedBody(xml, (message) => seal.seal(message)),
        )
      : await this.#connection.post(SOAP_TYPE, bytesOf(xml));
    try {
      const read = readReply(this.#open(reply));
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

  #open(reply: HttpReply): Buffer {
    const { status, contentType, body } = reply;
    // The host knows us no longer: its service was restarted, or something cut and spliced the connection.
    if (status === 401 || (status === 400 && body.length === 0)) {
      throw new ConnectionLost(String(status));
    }
    if (this.#seal && isEncryptedType(contentType)) {
      const { signature, sealed } = readEncryptedBody(contentType, body);
      this.#seal.open(sealed, signature);
      return sealed;
    }
    const isSoap = /^\s*application\/soap\+xml\s*(;|$)/i.test(contentType);
    if (!isSoap || body.length === 0) {
      throw status === 200 && (isSoap || body.length === 0)
        ? badReply('is empty')
        : httpProblem(reply);
    }
    if (this.#seal) throw badReply('is not sealed');
    return body;
  }
}

/** Where requests to this host go, for `wsa:To`. */
export function urlOf(peer: Peer): string {
  return `${peer.tls ? 'https' : 'http'}://${authority(peer)}/wsman`;
}
