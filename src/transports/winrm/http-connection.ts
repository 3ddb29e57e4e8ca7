/**
 * One TCP or TLS connection to a host and the HTTP exchanges on it, one at a time. NTLM signs in a connection, not
 * a request: so the socket is ours alone, no agent and no proxy comes in between, and what dies is never revived.
 */
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ContactError } from '../../core/contact.ts';
import { errnoOf } from '../../core/error.ts';
import { badReply } from './bad-reply.ts';

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  /** `WWW-Authenticate`, one entry for each header line. */
  readonly offers: readonly string[];
  readonly server: string;
  readonly location: string;
  readonly body: Buffer;
}

/** The connection ended before the reply did. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  /** `CUT_OFF` when part of the reply had come, otherwise errno as Node gives it. */
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(`connection lost: ${code}`, options);
    this.code = code;
  }
}

/** Announced envelopes are 150 kB; a reply twice as large is not one. */
const MAX_BODY_BYTES = 320 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
/** Interim replies (100 Continue) that nobody asked for. */
const MAX_INTERIM = 8;
/** A host answers each request within 20 s, if only to say that there is nothing; a line silent for longer is dead. */
const SILENCE_MS = 50_000;
const PATH = '/wsman';

export interface ConnectionParts {
  /** The value of the Host header. */
  readonly host: string;
  /** The server's certificate in DER, over TLS. */
  readonly certificate?: Buffer;
  /** For tests; otherwise 50 s. */
  readonly silenceMs?: number;
}

export class HttpConnection {
  readonly #stream: Duplex;
  readonly #host: string;
  readonly #silenceMs: number;
  readonly certificate: Buffer | undefined;
  #isOpen = true;

  constructor(stream: Duplex, { host, certificate, silenceMs = SILENCE_MS }: ConnectionParts) {
    this.#stream = stream;
    this.#host = host;
    this.#silenceMs = silenceMs;
    this.certificate = certificate;
    const close = (): void => {
      this.#isOpen = false;
    };
    stream.once('end', close);
    stream.once('close', close);
    // A request under way is told by node:http; between requests nobody else listens.
    stream.on('error', close);
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#stream.writable;
  }

  /** Told once, when the connection has ended, be it long ago: what belonged to it can go. */
  onEnd(listener: () => void): void {
    if (this.#stream.closed) listener();
    else this.#stream.once('close', listener);
  }

  destroy(): void {
    this.#isOpen = false;
    this.#stream.destroy();
  }

  /**
   * Posts a body and takes the whole reply. Silence counts only while a reply is owed.
   * @throws ConnectionLost when the connection ends before it, ContactError BAD_REPLY when it is no HTTP or too big.
   * Either way the connection is gone.
   */
  async post(contentType: string, body: Uint8Array, authorization?: string): Promise<HttpReply> {
    // On a dead socket node:http would wait for an event that has long been and gone.
    if (!this.isOpen) throw new ConnectionLost('ECONNRESET');
    let hasStarted = false;
    const silence = setTimeout(() => {
      this.#stream.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' }));
    }, this.#silenceMs);
    const onData = (): void => {
      hasStarted = true;
      silence.refresh();
    };
    this.#stream.on('data', onData);
    try {
      return await this.#exchange(contentType, body, authorization);
    } catch (error) {
      this.destroy();
      throw describe(error, hasStarted);
    } finally {
      clearTimeout(silence);
      this.#stream.off('data', onData);
    }
  }

  #exchange(contentType: string, body: Uint8Array, authorization?: string): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      // As an object: given as an array, Node would take the connection for one that closes.
      const headers = {
        Host: this.#host,
        'Content-Type': contentType,
        'Content-Length': body.length,
        Connection: 'Keep-Alive',
        'User-Agent': 'patchwhy',
        'Accept-Encoding': 'identity',
        ...(authorization !== undefined && { Authorization: authorization }),
      };
      const message = request({
        method: 'POST',
        path: PATH,
        headers,
        maxHeaderSize: MAX_HEADER_BYTES,
        createConnection: () => this.#stream,
      });
      message.on('error', reject);
      message.once('response', (reply) => {
        readReply(reply).then(resolve, reject);
      });
      limitInterim(message);
      message.end(body);
    });
  }
}

function limitInterim(message: ClientRequest): void {
  let count = 0;
  message.on('information', () => {
    count += 1;
    if (count > MAX_INTERIM) message.destroy(badReply('never gets past "100 Continue"'));
  });
}

async function readReply(reply: IncomingMessage): Promise<HttpReply> {
  const { headers } = reply;
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooBig();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of reply as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw tooBig();
    parts.push(part);
  }
  return {
    status: reply.statusCode ?? 0,
    contentType: headers['content-type'] ?? '',
    offers: reply.headersDistinct['www-authenticate'] ?? [],
    server: String(headers['server'] ?? ''),
    location: headers.location ?? '',
    body: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, size),
  };
}

function tooBig(): Error {
  return badReply(`is bigger than ${MAX_BODY_BYTES / 1024} kB`);
}

/** llhttp's errors (HPE_...) mean that something else than HTTP came. */
function describe(error: unknown, hasStarted: boolean): unknown {
  const code = errnoOf(error);
  // A TypeError is Node's complaint about what we asked of it, and nothing of the host's.
  if (code === undefined || error instanceof ContactError || error instanceof TypeError)
    return error;
  if (code.startsWith('HPE_')) return badReply('is not HTTP', { cause: error });
  return new ConnectionLost(hasStarted ? 'CUT_OFF' : code, { cause: error });
}
