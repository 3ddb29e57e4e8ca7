/**
 * The GSSAPI of this machine (RFC 2744), called in its shared library through the optional package `koffi`. The npm module
 * `kerberos` would be the usual way: its `wrap` seals only a SASL answer of its own making, it passes no channel
 * bindings, and it gives no codes. Knows no HTTP and no WinRM.
 */
import type koffiPackage from 'koffi';
import type { KoffiFunc } from 'koffi';

/** Checked by the prototype it was made from, when it is called. */
type Call = KoffiFunc<(...values: unknown[]) => unknown>;

/** What a call ended with, as numbers: the text is in the language of the library. */
export class GssError extends Error {
  override readonly name = 'GssError';
  /** Routine error, `GSS_S_...` shifted to 1..18. */
  readonly major: number;
  /** Of the mechanism, signed: `KRB5KDC_ERR_...` of MIT krb5 and Heimdal. */
  readonly minor: number;

  constructor(major: number, minor: number, text: string) {
    super(text);
    this.major = (major >>> 16) & 0xff;
    this.minor = minor | 0;
  }
}

/** No library, or nothing to call it with. */
export class NoGss extends Error {
  override readonly name = 'NoGss';
}

export type Mechanism = 'krb5' | 'spnego';

const OIDS: Readonly<Record<Mechanism | 'hostBased', string>> = {
  krb5: '2a864886f712010202',
  spnego: '2b0601050502',
  hostBased: '2a864886f71201020104',
};

const COMPLETE = 0;
const CONTINUE = 1;
/** Mutual, sequence, confidentiality, integrity. */
const FLAGS = 2 | 8 | 16 | 32;
const LIBRARIES = [
  'libgssapi_krb5.so.2',
  '/System/Library/Frameworks/GSS.framework/GSS',
  'libgssapi.so.3',
] as const;
const MECHANISM_CODE = 2;
const GSS_CODE = 1;

interface Calls {
  readonly koffi: typeof koffiPackage;
  readonly importName: Call;
  readonly initSecContext: Call;
  readonly wrap: Call;
  readonly unwrap: Call;
  readonly releaseBuffer: Call;
  readonly releaseName: Call;
  readonly deleteContext: Call;
  readonly displayStatus: Call;
}

/** What C calls gss_buffer_desc. */
interface BufferDesc {
  readonly length: number | bigint;
  readonly value: unknown;
}

let loading: Promise<Calls> | undefined;

function load(): Promise<Calls> {
  loading ??= open();
  return loading;
}

/** Whether there is a library, and something to call it with. */
export async function hasGss(): Promise<boolean> {
  try {
    await load();
    return true;
  } catch {
    return false;
  }
}

async function open(): Promise<Calls> {
  let koffi: Calls['koffi'];
  try {
    ({ default: koffi } = await import('koffi'));
  } catch (cause) {
    throw new NoGss('the package "koffi" is not installed', { cause });
  }
  const library = firstLibrary(koffi);
  koffi.struct('gss_buffer_desc', { length: 'size_t', value: 'void *' });
  koffi.struct('gss_OID_desc', { length: 'uint32', elements: 'uint8 *' });
  koffi.struct('gss_channel_bindings_struct', {
    initiator_addrtype: 'uint32',
    initiator_address: 'gss_buffer_desc',
    acceptor_addrtype: 'uint32',
    acceptor_address: 'gss_buffer_desc',
    application_data: 'gss_buffer_desc',
  });
  const minor = '_Out_ uint32 *minor';
  return {
    koffi,
    importName: library.func(
      `uint32 gss_import_name(${minor}, gss_buffer_desc *name, gss_OID_desc *type, _Out_ void **output)`,
    ),
    initSecContext: library.func(
      `uint32 gss_init_sec_context(${minor}, void *cred, _Inout_ void **context, void *target, gss_OID_desc *mech, uint32 flags, uint32 time, gss_channel_bindings_struct *bindings, gss_buffer_desc *input, void *actual, _Out_ gss_buffer_desc *output, void *ret_flags, void *ret_time)`,
    ),
    wrap: library.func(
      `uint32 gss_wrap(${minor}, void *context, int conf, uint32 qop, gss_buffer_desc *input, _Out_ int *sealed, _Out_ gss_buffer_desc *output)`,
    ),
    unwrap: library.func(
      `uint32 gss_unwrap(${minor}, void *context, gss_buffer_desc *input, _Out_ gss_buffer_desc *output, _Out_ int *sealed, void *qop)`,
    ),
    releaseBuffer: library.func(`uint32 gss_release_buffer(${minor}, _Inout_ gss_buffer_desc *b)`),
    releaseName: library.func(`uint32 gss_release_name(${minor}, _Inout_ void **name)`),
    deleteContext: library.func(
      `uint32 gss_delete_sec_context(${minor}, _Inout_ void **context, void *token)`,
    ),
    displayStatus: library.func(
      `uint32 gss_display_status(${minor}, uint32 status, int kind, gss_OID_desc *mech, _Inout_ uint32 *more, _Out_ gss_buffer_desc *text)`,
    ),
  };
}

function firstLibrary(koffi: Calls['koffi']) {
  let failure: unknown;
  for (const name of LIBRARIES) {
    try {
      return koffi.load(name);
    } catch (error) {
      failure ??= error;
    }
  }
  throw new NoGss('there is no GSSAPI library', { cause: failure });
}

function oid(name: keyof typeof OIDS): { length: number; elements: Buffer } {
  const elements = Buffer.from(OIDS[name], 'hex');
  return { length: elements.length, elements };
}

function bufferOf(bytes: Uint8Array): BufferDesc {
  return { length: bytes.length, value: bytes };
}

export interface GssWish {
  /** `HTTP` or `WSMAN`. */
  readonly service: string;
  readonly host: string;
  readonly mechanism: Mechanism;
  /** Application data of the channel bindings (RFC 5929): `tls-server-end-point:` and a hash. */
  readonly bindings?: Uint8Array;
}

/** One security context, of the side that begins. To be ended, or it stays in the library's memory. */
export class GssContext implements Disposable {
  readonly #calls: Calls;
  readonly #wish: GssWish;
  readonly #name: unknown;
  #context: unknown = null;
  #isComplete = false;

  private constructor(calls: Calls, wish: GssWish, name: unknown) {
    this.#calls = calls;
    this.#wish = wish;
    this.#name = name;
  }

  /** @throws NoGss, GssError. */
  static async create(wish: GssWish): Promise<GssContext> {
    const calls = await load();
    const name = [null] as unknown[];
    const minor = [0];
    const text = Buffer.from(`${wish.service}@${wish.host}`, 'utf8');
    const major = Number(calls.importName(minor, bufferOf(text), oid('hostBased'), name));
    if (major !== COMPLETE) throw errorOf(calls, wish.mechanism, major, minor);
    return new GssContext(calls, wish, name[0]);
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * The next token to send; empty when there is nothing more to say. May ask the KDC, on another thread.
   * @throws GssError
   */
  async step(token: Uint8Array = new Uint8Array()): Promise<Buffer> {
    const { initSecContext } = this.#calls;
    const { mechanism, bindings } = this.#wish;
    const minor = [0];
    const context = [this.#context];
    const output: BufferDesc[] = [{ length: 0, value: null }];
    const nobody = { length: 0, value: null };
    const channel = bindings && {
      initiator_addrtype: 0,
      initiator_address: nobody,
      acceptor_addrtype: 0,
      acceptor_address: nobody,
      application_data: bufferOf(bindings),
    };
    const major = await new Promise<number>((resolve, reject) => {
      initSecContext.async(
        minor,
        null,
        context,
        this.#name,
        oid(mechanism),
        FLAGS,
        0,
        channel ?? null,
        token.length === 0 ? null : bufferOf(token),
        null,
        output,
        null,
        null,
        (error: unknown, result: unknown) => {
          if (error) reject(error instanceof Error ? error : new Error('GSSAPI', { cause: error }));
          else resolve(Number(result));
        },
      );
    });
    this.#context = context[0];
    const answer = this.#take(output);
    if (major !== COMPLETE && major !== CONTINUE)
      throw errorOf(this.#calls, mechanism, major, minor);
    this.#isComplete = major === COMPLETE;
    return answer;
  }

  /** Sealed: header, text, trailer, unrotated (RFC 4121, 4.2.4). @throws GssError */
  wrap(text: Uint8Array): Buffer {
    const minor = [0];
    const sealed = [0];
    const output: BufferDesc[] = [{ length: 0, value: null }];
    const { wrap } = this.#calls;
    const major = Number(wrap(minor, this.#context, 1, 0, bufferOf(text), sealed, output));
    const token = this.#take(output);
    if (major !== COMPLETE) throw errorOf(this.#calls, this.#wish.mechanism, major, minor);
    if (sealed[0] === 0) throw new GssError(0, 0, 'the context cannot seal');
    return token;
  }

  /** @throws GssError when it is not whole, out of order, or signed only. */
  unwrap(token: Uint8Array): Buffer {
    const minor = [0];
    const sealed = [0];
    const output: BufferDesc[] = [{ length: 0, value: null }];
    const { unwrap } = this.#calls;
    const major = Number(unwrap(minor, this.#context, bufferOf(token), output, sealed, null));
    const text = this.#take(output);
    if (major !== COMPLETE) throw errorOf(this.#calls, this.#wish.mechanism, major, minor);
    if (sealed[0] === 0) throw new GssError(0, 0, 'the message is not sealed');
    return text;
  }

  /** The bytes of an output buffer, which is the library's own. */
  #take(output: BufferDesc[]): Buffer {
    return take(this.#calls, output);
  }

  [Symbol.dispose](): void {
    const { deleteContext, releaseName } = this.#calls;
    if (this.#context !== null) deleteContext([0], [this.#context], null);
    this.#context = null;
    releaseName([0], [this.#name]);
  }
}

function take({ koffi, releaseBuffer }: Calls, output: BufferDesc[]): Buffer {
  const length = Number(output[0]?.length ?? 0);
  const value = output[0]?.value;
  if (length === 0 || value === null || value === undefined) return Buffer.alloc(0);
  const bytes = koffi.decode(value, koffi.array('uint8', length, 'Typed')) as Uint8Array;
  const copy = Buffer.from(bytes);
  releaseBuffer([0], output);
  return copy;
}

function errorOf(
  calls: Calls,
  mechanism: Mechanism,
  major: number,
  minor: readonly number[],
): GssError {
  const code = minor[0] ?? 0;
  const words = [
    textOf(calls, major, GSS_CODE, null),
    textOf(calls, code, MECHANISM_CODE, mechanism),
  ];
  return new GssError(major, code, words.filter((text) => text !== '').join(': '));
}

function textOf(calls: Calls, status: number, kind: number, mechanism: Mechanism | null): string {
  const output: BufferDesc[] = [{ length: 0, value: null }];
  const mech = mechanism === null ? null : oid(mechanism);
  calls.displayStatus([0], status >>> 0, kind, mech, [0], output);
  return take(calls, output).toString('utf8');
}
