/** Security contexts of GSSAPI: the tokens of a log-on, and sealing with what it leaves behind. */
import {
  bufferOf,
  COMPLETE,
  errorOf,
  gssCalls,
  GssError,
  importName,
  inBackground,
  NoLibrary,
  oid,
  take,
  type BufferDesc,
  type Calls,
  type Mechanism,
} from './gss.ts';
import type { Sealed } from './encrypted-body.ts';
import { rotate } from './gss-rotate.ts';

/** A credential in the library's memory, for each mechanism by which it is used. */
export type KerberosCredential = ReadonlyMap<Mechanism, unknown>;

export interface GssWish {
  /** `HTTP` or `WSMAN`. */
  readonly service: string;
  readonly host: string;
  readonly mechanism: Mechanism;
  /** Of the library that is asked; absent: the ticket cache of the user. */
  readonly credential?: KerberosCredential;
  /** Application data of the channel bindings (RFC 5929): `tls-server-end-point:` and a hash. */
  readonly bindings?: Uint8Array;
}

const CONTINUE = 1;
/** Mutual, sequence, confidentiality, integrity. */
const FLAGS = 2 | 8 | 16 | 32;

/** One context, of the side that begins. To be ended, or it stays in the library's memory. */
export class GssContext implements Disposable {
  readonly #calls: Calls;
  readonly #wish: GssWish;
  readonly #name: unknown;
  #context: unknown = null;
  #isComplete = false;
  /** A call on another thread holds the context. */
  #isBusy = false;
  #isEnded = false;

  private constructor(calls: Calls, wish: GssWish, name: unknown) {
    this.#calls = calls;
    this.#wish = wish;
    this.#name = name;
  }

  /** @throws NoLibrary, GssError. */
  static async create(wish: GssWish): Promise<GssContext> {
    const calls = await gssCalls();
    const name = importName(calls, `${wish.service}@${wish.host}`, 'hostBased');
    return new GssContext(calls, wish, name);
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * The next token to send; empty when there is nothing more to say. May ask the KDC, on another thread.
   * @throws GssError
   */
  async step(token: Uint8Array = new Uint8Array()): Promise<Buffer> {
    if (this.#isEnded || this.#isBusy) throw new Error('a context was used after its end');
    const { mechanism, bindings, credential } = this.#wish;
    // Nothing in its place would mean the tickets of the user.
    const handle = credential ? credential.get(mechanism) : null;
    if (handle === undefined) throw new NoLibrary(`this credential is not for ${mechanism}`);
    const minor = [0];
    const context = [this.#context];
    const output: BufferDesc[] = [{ length: 0, value: null }];
    this.#isBusy = true;
    try {
      const major = await inBackground(this.#calls.initSecContext, [
        minor,
        handle,
        context,
        this.#name,
        oid(mechanism),
        FLAGS,
        0,
        bindings ? bindingsOf(bindings) : null,
        token.length === 0 ? null : bufferOf(token),
        null,
        output,
        null,
        null,
      ]);
      this.#context = context[0];
      const answer = take(this.#calls, output);
      if (major !== COMPLETE && major !== CONTINUE)
        throw errorOf(this.#calls, mechanism, major, minor);
      this.#isComplete = major === COMPLETE;
      return answer;
    } finally {
      this.#isBusy = false;
      if (this.#isEnded) this.#release();
    }
  }

  /** @throws GssError, ContactError for RC4 */
  seal(text: Uint8Array): Sealed {
    const token = rotate(this.#wrap(text), text.length);
    const headLength = token.length - text.length;
    return { signature: token.subarray(0, headLength), sealed: token.subarray(headLength) };
  }

  /** @throws GssError when it is not whole, out of order, or signed only. */
  open({ signature, sealed }: Sealed): Buffer {
    return this.#unwrap(Buffer.concat([signature, sealed]));
  }

  /** Header, text, trailer, unrotated (RFC 4121, 4.2.4). */
  #wrap(text: Uint8Array): Buffer {
    this.#refuseWhenEnded();
    const minor = [0];
    const sealed = [0];
    const output: BufferDesc[] = [{ length: 0, value: null }];
    const { wrap } = this.#calls;
    const major = Number(wrap(minor, this.#context, 1, 0, bufferOf(text), sealed, output));
    const token = take(this.#calls, output);
    if (major !== COMPLETE) throw errorOf(this.#calls, this.#wish.mechanism, major, minor);
    if (sealed[0] === 0) throw new GssError(0, 0, 'the context cannot seal');
    return token;
  }

  #unwrap(token: Uint8Array): Buffer {
    this.#refuseWhenEnded();
    const minor = [0];
    const sealed = [0];
    const output: BufferDesc[] = [{ length: 0, value: null }];
    const { unwrap } = this.#calls;
    const major = Number(unwrap(minor, this.#context, bufferOf(token), output, sealed, null));
    const text = take(this.#calls, output);
    if (major !== COMPLETE) throw errorOf(this.#calls, this.#wish.mechanism, major, minor);
    if (sealed[0] === 0) throw new GssError(0, 0, 'the message is not sealed');
    return text;
  }

  /** While another thread still has it, the memory is kept until that one is done. */
  [Symbol.dispose](): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (!this.#isBusy) this.#release();
  }

  #refuseWhenEnded(): void {
    if (this.#isEnded) throw new GssError(0, 0, 'the context has ended');
  }

  #release(): void {
    const { deleteContext, releaseName } = this.#calls;
    if (this.#context !== null) deleteContext([0], [this.#context], null);
    this.#context = null;
    releaseName([0], [this.#name]);
  }
}

function bindingsOf(application: Uint8Array): object {
  const nobody = { length: 0, value: null };
  return {
    initiator_addrtype: 0,
    initiator_address: nobody,
    acceptor_addrtype: 0,
    acceptor_address: nobody,
    application_data: bufferOf(application),
  };
}
