/**
 * The GSSAPI of this machine (RFC 2744), called in its shared library through the optional package `koffi`. The npm module
 * `kerberos` would be the usual way: its `wrap` seals only a SASL answer of its own making, it passes no channel
 * bindings, and it gives no codes. Knows no HTTP and no WinRM.
 */
import type koffiType from 'koffi';
import type { KoffiFunc } from 'koffi';

/** Checked by the prototype it was made from, when it is called. */
export type Call = KoffiFunc<(...values: unknown[]) => unknown>;

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
export class NoLibrary extends Error {
  override readonly name = 'NoLibrary';
}

export type Mechanism = 'krb5' | 'spnego';

const OIDS: Readonly<Record<Mechanism | 'hostBased' | 'userName', string>> = {
  krb5: '2a864886f712010202',
  spnego: '2b0601050502',
  hostBased: '2a864886f71201020104',
  userName: '2a864886f71201020101',
};

export const COMPLETE = 0;
/** MIT krb5, Apple's, Heimdal. Tried with the first alone. */
const LIBRARIES = [
  'libgssapi_krb5.so.2',
  '/System/Library/Frameworks/GSS.framework/GSS',
  'libgssapi.so.3',
] as const;
const MECHANISM_CODE = 2;
const GSS_CODE = 1;

export interface Calls {
  readonly koffi: typeof koffiType;
  readonly importName: Call;
  readonly canonicalName: Call;
  readonly displayName: Call;
  readonly initSecContext: Call;
  readonly wrap: Call;
  readonly unwrap: Call;
  readonly releaseBuffer: Call;
  readonly releaseName: Call;
  readonly releaseCredential: Call;
  readonly deleteContext: Call;
  readonly displayStatus: Call;
  /** Not in every library: MIT krb5 1.11 has them. */
  readonly acquireWithPassword: Call | undefined;
  readonly acquireFrom: Call | undefined;
  readonly chooseMechanisms: Call | undefined;
}

/** What C calls gss_buffer_desc. */
export interface BufferDesc {
  readonly length: number | bigint;
  readonly value: unknown;
}

let loading: Promise<Calls> | undefined;

/** @throws NoLibrary */
export function gssCalls(): Promise<Calls> {
  loading ??= open();
  return loading;
}

/** Whether there is a library, and something to call it with. */
export async function hasGss(): Promise<boolean> {
  try {
    await gssCalls();
    return true;
  } catch {
    return false;
  }
}

/** @throws NoLibrary */
export async function koffiPackage(): Promise<typeof koffiType> {
  try {
    return (await import('koffi')).default;
  } catch (cause) {
    throw new NoLibrary('the package "koffi" is not installed', { cause });
  }
}

async function open(): Promise<Calls> {
  const koffi = await koffiPackage();
  const library = firstLibrary(koffi);
  declareStructures(koffi);
  const minor = '_Out_ uint32 *minor';
  const call = (prototype: string): Call => library.func(prototype);
  const perhaps = (prototype: string): Call | undefined => {
    try {
      return call(prototype);
    } catch {
      return undefined;
    }
  };
  return {
    koffi,
    importName: call(
      `uint32 gss_import_name(${minor}, gss_buffer_desc *name, gss_OID_desc *type, _Out_ void **output)`,
    ),
    canonicalName: call(
      `uint32 gss_canonicalize_name(${minor}, void *name, gss_OID_desc *mech, _Out_ void **output)`,
    ),
    displayName: call(
      `uint32 gss_display_name(${minor}, void *name, _Out_ gss_buffer_desc *text, void *type)`,
    ),
    initSecContext: call(
      `uint32 gss_init_sec_context(${minor}, void *cred, _Inout_ void **context, void *target, gss_OID_desc *mech, uint32 flags, uint32 time, gss_channel_bindings_struct *bindings, gss_buffer_desc *input, void *actual, _Out_ gss_buffer_desc *output, void *ret_flags, void *ret_time)`,
    ),
    wrap: call(
      `uint32 gss_wrap(${minor}, void *context, int conf, uint32 qop, gss_buffer_desc *input, _Out_ int *sealed, _Out_ gss_buffer_desc *output)`,
    ),
    unwrap: call(
      `uint32 gss_unwrap(${minor}, void *context, gss_buffer_desc *input, _Out_ gss_buffer_desc *output, _Out_ int *sealed, void *qop)`,
    ),
    releaseBuffer: call(`uint32 gss_release_buffer(${minor}, _Inout_ gss_buffer_desc *b)`),
    releaseName: call(`uint32 gss_release_name(${minor}, _Inout_ void **name)`),
    releaseCredential: call(`uint32 gss_release_cred(${minor}, _Inout_ void **cred)`),
    deleteContext: call(
      `uint32 gss_delete_sec_context(${minor}, _Inout_ void **context, void *token)`,
    ),
    displayStatus: call(
      `uint32 gss_display_status(${minor}, uint32 status, int kind, gss_OID_desc *mech, _Inout_ uint32 *more, _Out_ gss_buffer_desc *text)`,
    ),
    acquireWithPassword: perhaps(
      `uint32 gss_acquire_cred_with_password(${minor}, void *name, gss_buffer_desc *password, uint32 time, gss_OID_set_desc *mechs, int usage, _Out_ void **cred, void *actual, void *ret_time)`,
    ),
    acquireFrom: perhaps(
      `uint32 gss_acquire_cred_from(${minor}, void *name, uint32 time, gss_OID_set_desc *mechs, int usage, gss_key_value_set_desc *store, _Out_ void **cred, void *actual, void *ret_time)`,
    ),
    chooseMechanisms: perhaps(
      `uint32 gss_set_neg_mechs(${minor}, void *cred, gss_OID_set_desc *mechs)`,
    ),
  };
}

function declareStructures(koffi: Calls['koffi']): void {
  koffi.struct('gss_buffer_desc', { length: 'size_t', value: 'void *' });
  koffi.struct('gss_OID_desc', { length: 'uint32', elements: 'uint8 *' });
  koffi.struct('gss_OID_set_desc', { count: 'size_t', elements: 'gss_OID_desc *' });
  koffi.struct('gss_key_value_element_desc', { key: 'const char *', value: 'const char *' });
  koffi.struct('gss_key_value_set_desc', {
    count: 'uint32',
    elements: 'gss_key_value_element_desc *',
  });
  koffi.struct('gss_channel_bindings_struct', {
    initiator_addrtype: 'uint32',
    initiator_address: 'gss_buffer_desc',
    acceptor_addrtype: 'uint32',
    acceptor_address: 'gss_buffer_desc',
    application_data: 'gss_buffer_desc',
  });
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
  throw new NoLibrary('there is no GSSAPI library', { cause: failure });
}

export function oid(name: keyof typeof OIDS): { length: number; elements: Buffer } {
  const elements = Buffer.from(OIDS[name], 'hex');
  return { length: elements.length, elements };
}

export function bufferOf(bytes: Uint8Array): BufferDesc {
  return { length: bytes.length, value: bytes };
}

/** A call on another thread: it may ask the KDC. The result is its major status. */
export function inBackground(call: Call, values: readonly unknown[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const held = [...values]; // the other thread reads their memory: they must outlive the call
    call.async(...values, (error: unknown, result: unknown) => {
      held.length = 0;
      if (error) reject(error instanceof Error ? error : new Error('koffi', { cause: error }));
      else resolve(Number(result));
    });
  });
}

/** A name in the library's memory, to be released. @throws GssError */
export function importName(calls: Calls, text: string, kind: 'hostBased' | 'userName'): unknown {
  const name = [null] as unknown[];
  const minor = [0];
  const major = Number(
    calls.importName(minor, bufferOf(Buffer.from(text, 'utf8')), oid(kind), name),
  );
  if (major !== COMPLETE) throw errorOf(calls, 'krb5', major, minor);
  return name[0];
}

/** A user as Kerberos spells it, with the default realm where none was given. @throws NoLibrary, GssError */
export async function canonicalUser(user: string): Promise<string> {
  const calls = await gssCalls();
  const name = importName(calls, user, 'userName');
  const canonical = [null] as unknown[];
  const output: BufferDesc[] = [{ length: 0, value: null }];
  const minor = [0];
  try {
    let major = Number(calls.canonicalName(minor, name, oid('krb5'), canonical));
    if (major !== COMPLETE) throw errorOf(calls, 'krb5', major, minor);
    major = Number(calls.displayName(minor, canonical[0], output, null));
    if (major !== COMPLETE) throw errorOf(calls, 'krb5', major, minor);
    return take(calls, output).toString('utf8');
  } finally {
    calls.releaseName([0], [name]);
    if (canonical[0] !== null) calls.releaseName([0], [canonical[0]]);
  }
}

/** The bytes of an output buffer, which is the library's own. */
export function take({ koffi, releaseBuffer }: Calls, output: BufferDesc[]): Buffer {
  const length = Number(output[0]?.length ?? 0);
  const value = output[0]?.value;
  if (length === 0 || value === null || value === undefined) return Buffer.alloc(0);
  const bytes = koffi.decode(value, koffi.array('uint8', length, 'Typed')) as Uint8Array;
  const copy = Buffer.from(bytes);
  releaseBuffer([0], output);
  return copy;
}

export function errorOf(
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
