/**
 * SSPI of Windows (secur32.dll), called through the optional package `koffi`: tickets of the current user's session, or of a
 * user and password. Kerberos only, by itself or inside SPNEGO. Sources, all on learn.microsoft.com: win32/secauthn,
 * AcquireCredentialsHandle, InitializeSecurityContext, EncryptMessage and DecryptMessage, each "(Kerberos)"; win32/api/sspi
 * for the structures. Knows no HTTP and no WinRM.
 */
import type { Secret } from '../../core/secret.ts';
import type { Sealed } from './encrypted-body.ts';
import {
  inBackground,
  koffiPackage,
  NoLibrary,
  type Call,
  type Calls,
  type Mechanism,
} from './gss.ts';
import type { Identity } from './kerberos-user.ts';
import type { GssWish, KerberosCredential } from './gss-context.ts';

/** What a call ended with; Windows would tell it in its own language. */
export class SspiError extends Error {
  override readonly name = 'SspiError';
  /** SECURITY_STATUS, unsigned: SEC_E_... of winerror.h, or an NTSTATUS. */
  readonly status: number;
  readonly code: string;

  constructor(status: number) {
    const code = `0x${(status >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
    super(`SECURITY_STATUS ${code}`);
    this.status = status >>> 0;
    this.code = code;
  }
}

export const SEC_E = {
  unsupported: 0x8009_0302,
  targetUnknown: 0x8009_0303,
  invalidToken: 0x8009_0308,
  logonDenied: 0x8009_030c,
  noCredentials: 0x8009_030e,
  noAuthority: 0x8009_0311,
  contextExpired: 0x8009_0317,
  wrongPrincipal: 0x8009_0322,
  timeSkew: 0x8009_0324,
  unableToRefer: 0x8009_0341,
  unknownEtype: 0x8009_0342,
  noKerberosKey: 0x8009_0348,
} as const;

const PACKAGES: Readonly<Record<Mechanism, string>> = { krb5: 'Kerberos', spnego: 'Negotiate' };
const OUTBOUND = 2;
const UNICODE = 2;
const CONTINUE = 0x0009_0312;
/** ISC_REQ_ and ISC_RET_: mutual, replay, sequence, confidentiality; integrity. */
const FLAGS = 0x2 | 0x4 | 0x8 | 0x10 | 0x1_0000;
/** What nothing is sent without. */
const NEEDED = 0x2 | 0x10;
const NATIVE = 0x10;
const ATTRIBUTE_SIZES = 0;
/** SECBUFFER_... */
const DATA = 1;
const TOKEN = 2;
const CHANNEL_BINDINGS = 14;
/** SECQOP_WRAP_NO_ENCRYPT: signed, not sealed. */
const SIGNED_ONLY = 0x8000_0001;
/** MaxTokenSize goes no further. */
const MOST_TOKEN_BYTES = 65_535;
const NTLM = Buffer.from('NTLMSSP\0', 'latin1');
/** Eight words before the data (SEC_CHANNEL_BINDINGS). */
const BINDINGS_HEAD = 32;

export interface Secur32 {
  readonly koffi: Calls['koffi'];
  readonly acquire: Call;
  readonly initialize: Call;
  readonly query: Call;
  readonly encrypt: Call;
  readonly decrypt: Call;
  readonly deleteContext: Call;
  readonly freeCredential: Call;
}

let loading: Promise<Secur32> | undefined;

/** @throws NoLibrary */
function secur32(): Promise<Secur32> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Secur32> {
  const koffi = await koffiPackage();
  try {
    return callsOf(koffi, koffi.load('secur32.dll'));
  } catch (cause) {
    throw new NoLibrary('secur32.dll cannot be loaded', { cause });
  }
}

/** The calls of a library, by the prototypes of sspi.h. */
export function callsOf(
  koffi: Calls['koffi'],
  library: { readonly func: (prototype: string) => Call },
): Secur32 {
  koffi.struct('SecHandle', { dwLower: 'uintptr_t', dwUpper: 'uintptr_t' });
  koffi.struct('SecBuffer', { cbBuffer: 'uint32', BufferType: 'uint32', pvBuffer: 'void *' });
  koffi.struct('SecBufferDesc', { ulVersion: 'uint32', cBuffers: 'uint32', pBuffers: 'void *' });
  koffi.struct('SecSizes', {
    cbMaxToken: 'uint32',
    cbMaxSignature: 'uint32',
    cbBlockSize: 'uint32',
    cbSecurityTrailer: 'uint32',
  });
  koffi.struct('SecIdentity', {
    User: 'void *',
    UserLength: 'uint32',
    Domain: 'void *',
    DomainLength: 'uint32',
    Password: 'void *',
    PasswordLength: 'uint32',
    Flags: 'uint32',
  });
  const call = (prototype: string): Call => library.func(`int32 __stdcall ${prototype}`);
  return {
    koffi,
    acquire: call(
      'AcquireCredentialsHandleW(str16 principal, str16 package, uint32 use, void *session, SecIdentity *identity, void *getKey, void *argument, _Out_ SecHandle *credential, _Out_ int64 *expiry)',
    ),
    initialize: call(
      'InitializeSecurityContextW(SecHandle *credential, SecHandle *context, str16 target, uint32 flags, uint32 reserved1, uint32 representation, SecBufferDesc *input, uint32 reserved2, _Inout_ SecHandle *next, SecBufferDesc *output, _Out_ uint32 *attributes, _Out_ int64 *expiry)',
    ),
    query: call(
      'QueryContextAttributesW(SecHandle *context, uint32 attribute, _Out_ SecSizes *sizes)',
    ),
    encrypt: call(
      'EncryptMessage(SecHandle *context, uint32 quality, SecBufferDesc *message, uint32 sequence)',
    ),
    decrypt: call(
      'DecryptMessage(SecHandle *context, SecBufferDesc *message, uint32 sequence, _Out_ uint32 *quality)',
    ),
    deleteContext: call('DeleteSecurityContext(SecHandle *context)'),
    freeCredential: call('FreeCredentialsHandle(SecHandle *credential)'),
  };
}

/** Whether there is something to call SSPI with. */
export async function hasSspi(): Promise<boolean> {
  try {
    await secur32();
    return true;
  } catch {
    return false;
  }
}

interface Part {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Memory that stays in its place while another thread reads and writes it; overwritten with zeros when it goes. */
class Memory implements Disposable {
  readonly #koffi: Calls['koffi'];
  readonly #held: { readonly pointer: unknown; readonly length: number }[] = [];

  constructor(koffi: Calls['koffi']) {
    this.#koffi = koffi;
  }

  put(bytes: Uint8Array): unknown {
    const pointer: unknown = this.#koffi.alloc('uint8', Math.max(1, bytes.length));
    this.#held.push({ pointer, length: bytes.length });
    if (bytes.length > 0) new Uint8Array(this.#koffi.view(pointer, bytes.length)).set(bytes);
    return pointer;
  }

  /** A SecBufferDesc, and how to read its buffers after the call: as long as the call has left them. */
  message(parts: readonly Part[]): { desc: object; read: () => Buffer[] } {
    const koffi = this.#koffi;
    const type = koffi.array('SecBuffer', parts.length);
    const list: unknown = koffi.alloc('SecBuffer', parts.length);
    this.#held.push({ pointer: list, length: 0 });
    const buffers = parts.map(({ type: kind, bytes }) => ({
      cbBuffer: bytes.length,
      BufferType: kind,
      pvBuffer: this.put(bytes),
    }));
    koffi.encode(list, type, buffers);
    const read = (): Buffer[] =>
      (koffi.decode(list, type) as typeof buffers).map(({ cbBuffer, pvBuffer }) =>
        cbBuffer === 0 ? Buffer.alloc(0) : Buffer.from(Buffer.from(koffi.view(pvBuffer, cbBuffer))),
      );
    return { desc: { ulVersion: 0, cBuffers: parts.length, pBuffers: list }, read };
  }

  [Symbol.dispose](): void {
    for (const { pointer, length } of this.#held) {
      if (length > 0) new Uint8Array(this.#koffi.view(pointer, length)).fill(0);
      this.#koffi.free(pointer);
    }
  }
}

const released = new FinalizationRegistry<{ calls: Secur32; handles: readonly object[] }>(
  ({ calls, handles }) => {
    for (const handle of handles) calls.freeCredential(handle);
  },
);

/**
 * The current user's session, or a user and password. Nothing is asked of a domain controller yet: the first context does.
 * @param explicit absent: the session of the current user
 * @throws NoLibrary, SspiError
 */
export async function acquireSspi(
  explicit?: Identity & { readonly password: Secret },
  calls?: Secur32,
): Promise<KerberosCredential> {
  calls ??= await secur32();
  using memory = new Memory(calls.koffi);
  const auth = explicit && {
    ...textOf(memory, 'User', explicit.user),
    ...textOf(memory, 'Domain', explicit.domain),
    ...textOf(memory, 'Password', explicit.password.reveal()),
    Flags: UNICODE,
  };
  const handles = new Map<Mechanism, object>();
  // With a password Negotiate would try NTLM, too; that has a way of its own.
  for (const mechanism of auth ? (['krb5'] as const) : (['krb5', 'spnego'] as const)) {
    const handle = {};
    const values = [
      null,
      PACKAGES[mechanism],
      OUTBOUND,
      null,
      auth ?? null,
      null,
      null,
      handle,
      [0],
    ];
    succeed(await inBackground(calls.acquire, values));
    handles.set(mechanism, handle);
  }
  released.register(handles, { calls, handles: [...handles.values()] });
  return handles;
}

/** Lengths are in UTF-16 units. No domain is no text, rather than an empty one: Windows looks for it then. */
function textOf(memory: Memory, name: string, text: string): object {
  if (text === '') return { [name]: null, [`${name}Length`]: 0 };
  const bytes = Buffer.from(`${text}\0`, 'utf16le');
  const pointer = memory.put(bytes);
  bytes.fill(0);
  return { [name]: pointer, [`${name}Length`]: text.length };
}

/** One context, of the side that begins. To be ended, or it stays in the memory of Windows. */
export class SspiContext implements Disposable {
  readonly #calls: Secur32;
  readonly #wish: GssWish;
  #context: object | null = null;
  #isComplete = false;
  /** A call on another thread holds the context. */
  #isBusy = false;
  #isEnded = false;

  private constructor(calls: Secur32, wish: GssWish) {
    this.#calls = calls;
    this.#wish = wish;
  }

  /** @throws NoLibrary */
  static async create(wish: GssWish, calls?: Secur32): Promise<SspiContext> {
    return new SspiContext(calls ?? (await secur32()), wish);
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * The next token to send; empty when there is nothing more to say. May ask a domain controller, on another thread.
   * @throws SspiError
   */
  async step(token: Uint8Array = new Uint8Array()): Promise<Buffer> {
    if (this.#isEnded || this.#isBusy) throw new Error('a context was used after its end');
    const { mechanism, bindings, credential, service, host } = this.#wish;
    const handle = credential?.get(mechanism);
    if (handle === undefined) throw new NoLibrary(`this credential is not for ${mechanism}`);
    using memory = new Memory(this.#calls.koffi);
    const input: Part[] = [];
    if (token.length > 0) input.push({ type: TOKEN, bytes: token });
    if (bindings) input.push({ type: CHANNEL_BINDINGS, bytes: sspiBindings(bindings) });
    const output = memory.message([{ type: TOKEN, bytes: Buffer.alloc(MOST_TOKEN_BYTES) }]);
    const next = { ...this.#context };
    const attributes = [0];
    this.#isBusy = true;
    try {
      const status = await inBackground(this.#calls.initialize, [
        handle,
        this.#context,
        `${service}/${host}`,
        FLAGS,
        0,
        NATIVE,
        input.length === 0 ? null : memory.message(input).desc,
        0,
        this.#context === null ? next : { ...next },
        output.desc,
        attributes,
        [0],
      ]);
      succeed(status, CONTINUE);
      this.#context ??= next;
      const [answer = Buffer.alloc(0)] = output.read();
      // Negotiate falls back to NTLM; by this name there is Kerberos, or nothing.
      if (answer.includes(NTLM)) throw new SspiError(SEC_E.unsupported);
      this.#isComplete = status === 0;
      if (this.#isComplete && ((attributes[0] ?? 0) & NEEDED) !== NEEDED)
        throw new SspiError(SEC_E.unsupported);
      return answer;
    } finally {
      this.#isBusy = false;
      if (this.#isEnded) this.#release();
    }
  }

  /** In two parts, as WinRM wants it, and without a third for padding, which it could not say. @throws SspiError */
  seal(text: Uint8Array): Sealed {
    this.#refuseWhenEnded();
    const sizes = { cbSecurityTrailer: 0 };
    succeed(Number(this.#calls.query(this.#context, ATTRIBUTE_SIZES, sizes)));
    using memory = new Memory(this.#calls.koffi);
    const message = memory.message([
      { type: TOKEN, bytes: Buffer.alloc(sizes.cbSecurityTrailer) },
      { type: DATA, bytes: text },
    ]);
    succeed(Number(this.#calls.encrypt(this.#context, 0, message.desc, 0)));
    const [signature = Buffer.alloc(0), sealed = Buffer.alloc(0)] = message.read();
    return { signature, sealed };
  }

  /** @throws SspiError when it is not whole, out of order, or signed only. */
  open({ signature, sealed }: Sealed): Buffer {
    this.#refuseWhenEnded();
    using memory = new Memory(this.#calls.koffi);
    const message = memory.message([
      { type: TOKEN, bytes: signature },
      { type: DATA, bytes: sealed },
    ]);
    const quality = [0];
    succeed(Number(this.#calls.decrypt(this.#context, message.desc, 0, quality)));
    if ((quality[0] ?? 0) >>> 0 === SIGNED_ONLY) throw new SspiError(SEC_E.unsupported);
    return message.read()[1] ?? Buffer.alloc(0);
  }

  /** While another thread still has it, the memory is kept until that one is done. */
  [Symbol.dispose](): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (!this.#isBusy) this.#release();
  }

  #refuseWhenEnded(): void {
    if (this.#isEnded || this.#context === null) throw new SspiError(SEC_E.contextExpired);
  }

  #release(): void {
    if (this.#context !== null) this.#calls.deleteContext(this.#context);
    this.#context = null;
  }
}

/** @throws SspiError */
function succeed(status: number, or = 0): void {
  if (status !== 0 && status !== or) throw new SspiError(status);
}

/** SEC_CHANNEL_BINDINGS without addresses: lengths and offsets from its start, then the application data. */
export function sspiBindings(application: Uint8Array): Buffer {
  const head = Buffer.alloc(BINDINGS_HEAD);
  head.writeUInt32LE(application.length, 24);
  head.writeUInt32LE(BINDINGS_HEAD, 28);
  return Buffer.concat([head, application]);
}
