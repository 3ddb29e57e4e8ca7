/** Tickets of a certain user. What a password or a keytab gets stays in this process: no file, no program, no environment. */
import type { TicketLogon, PasswordLogon } from '../../core/secret.ts';
import {
  bufferOf,
  COMPLETE,
  errorOf,
  gssCalls,
  importName,
  inBackground,
  NoLibrary,
  oid,
  type Calls,
  type Mechanism,
} from './gss.ts';
import type { KerberosCredential } from './gss-context.ts';

/** A password, a keytab, or the ticket caches of whoever runs this. */
export type Means = Pick<PasswordLogon, 'kind' | 'password'> | Pick<TicketLogon, 'kind' | 'keytab'>;

const INITIATE = 1;
let count = 0;
/** What nobody holds any longer goes from the library's memory, too. */
const released = new FinalizationRegistry<{ calls: Calls; handles: readonly unknown[] }>(
  ({ calls, handles }) => {
    for (const handle of handles) calls.releaseCredential([0], [handle]);
  },
);

/**
 * Asks the KDC, on another thread.
 * @param principal `user@REALM`; empty: the first of the keytab, or of the caches
 * @throws NoLibrary, GssError
 */
export async function acquire(principal: string, means: Means): Promise<KerberosCredential> {
  const calls = await gssCalls();
  const name = principal === '' ? null : importName(calls, principal, 'userName');
  try {
    const handles =
      means.kind === 'password'
        ? await withPassword(calls, name, means)
        : await withTicket(calls, name, means);
    released.register(handles, { calls, handles: [...handles.values()] });
    return handles;
  } finally {
    if (name !== null) calls.releaseName([0], [name]);
  }
}

async function withPassword(
  calls: Calls,
  name: unknown,
  { password }: Extract<Means, { kind: 'password' }>,
): Promise<KerberosCredential> {
  const { acquireWithPassword } = calls;
  if (!acquireWithPassword) throw new NoLibrary('this one takes no passwords');
  const bytes = Buffer.from(password.reveal(), 'utf8');
  const minor = [0];
  const output = [null] as unknown[];
  try {
    const major = await inBackground(acquireWithPassword, [
      minor,
      name,
      bufferOf(bytes),
      0,
      setOf('krb5'),
      INITIATE,
      output,
      null,
      null,
    ]);
    if (major !== COMPLETE) throw errorOf(calls, 'krb5', major, minor);
  } finally {
    bytes.fill(0);
  }
  return new Map([['krb5', output[0]]]);
}

/** One mechanism at a time: of several the library is content with any, and takes the user's own tickets for the rest. */
async function withTicket(
  calls: Calls,
  name: unknown,
  { keytab }: Extract<Means, { kind: 'ticket' }>,
): Promise<KerberosCredential> {
  const { acquireFrom, chooseMechanisms } = calls;
  if (!acquireFrom || !chooseMechanisms) throw new NoLibrary('this one takes no keytabs');
  const store = keytab === undefined ? null : storeOf(keytab);
  const minor = [0];
  const handles = new Map<Mechanism, unknown>();
  for (const mechanism of ['krb5', 'spnego'] as const) {
    const output = [null] as unknown[];
    const values = [minor, name, 0, setOf(mechanism), INITIATE, store, output, null, null];
    const major = await inBackground(acquireFrom, values);
    if (major !== COMPLETE) throw errorOf(calls, 'krb5', major, minor);
    handles.set(mechanism, output[0]);
  }
  // SPNEGO would offer NTLM, too, where the library has it.
  const major = Number(chooseMechanisms(minor, handles.get('spnego'), setOf('krb5')));
  if (major !== COMPLETE) throw errorOf(calls, 'spnego', major, minor);
  return handles;
}

function storeOf(keytab: string): object {
  count += 1;
  const elements = [
    { key: 'client_keytab', value: `FILE:${keytab}` },
    { key: 'ccache', value: `MEMORY:patchwhy-${process.pid}-${count}` },
  ];
  return { count: elements.length, elements };
}

function setOf(mechanism: Mechanism): object {
  return { count: 1, elements: [oid(mechanism)] };
}
