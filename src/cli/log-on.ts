/** One log-on to one host, to prove a credential: nothing is run there, but where only a shell proves it. */
import { ContactError } from '../core/contact.ts';
import { PatchwhyError } from '../core/error.ts';
import type { Host, Reach } from '../core/host.ts';
import type { Logon } from '../core/secret.ts';
import { suggestion } from '../inventory/nearest.ts';
import type { Inventory } from '../inventory/parse-inventory.ts';
import { isRefusal, isShownLater } from '../sources/turn.ts';
import { approach, openSession } from '../sources/ways.ts';
import { Names } from '../transports/names.ts';
import type { Job, OpenContext, Session, Way } from '../transports/transport.ts';
import { backgroundDone } from '../transports/winrm/background.ts';
import { withSshConfig } from './ssh-config.ts';
import { dnsServers } from './targets.ts';
import { transports } from './transports.ts';

type Tried = Extract<Reach, { kind: 'winrm' | 'ssh' }>;

/** A host as the inventory reaches it, signed in to with one credential. Throws `use` (exit 2). */
export function withCredential(
  { hosts, file }: Inventory,
  name: string,
  credential: string,
): Host & { readonly reach: Tried } {
  const host = hosts.find(({ id }) => id.toLowerCase() === name.toLowerCase());
  if (host === undefined) {
    const names = hosts.map(({ id }) => id);
    throw new PatchwhyError(
      'use',
      `there is no host ${JSON.stringify(name)} in ${file}`,
      suggestion(name, names, 'take one of its hosts'),
    );
  }
  const [found = host] = withSshConfig([host]);
  const { reach } = found;
  if (reach.kind === 'winrm' || reach.kind === 'ssh')
    return { ...found, reach: { ...reach, credential } };
  const why = reach.kind === 'local' ? 'is this machine: nobody signs in' : reach.reason;
  throw new PatchwhyError('use', `${name} ${why}`, 'take a host that is signed in to');
}

/** What to say of a log-on that was taken. Throws `credentials.refused` (exit 6), `contact.…` (exit 5). */
export async function logOn(
  host: Host & { readonly reach: Tried },
  logons: ReadonlyMap<string, Logon>,
): Promise<string> {
  const { reach } = host;
  const logon = logons.get(reach.credential ?? '');
  if (logon === undefined) throw new Error('the credential was not resolved');
  const servers = dnsServers();
  const names = new Names(servers === undefined ? {} : { servers });
  const ways = transports({ names, logons, gates: new Map() });
  const started = performance.now();
  const { signal } = new AbortController();
  let isTaken = false;
  let way: Way | undefined;
  const context: OpenContext = {
    limits: host.limits,
    signal,
    onStage: (stage) => {
      isTaken ||= stage === 'collector' || (stage === 'shell' && !isShownLater(way));
    },
    onCommand: () => undefined,
    admit: () => Promise.resolve(),
  };
  try {
    const { endpoint } = await approach(host, reach, { names, relays: ways.relays }, signal);
    await using session = await openSession(ways, reach, { endpoint, logon }, context);
    way = session.way;
    const isEndpoint = reach.kind === 'winrm' && reach.winrm.endpoint !== undefined;
    if (isShownLater(way)) await openShell(session, isEndpoint, signal);
    const { wire, auth } = way;
    const ms = Math.round(performance.now() - started);
    return `${host.id} takes it (${auth === undefined ? '' : `${auth} over `}${wire}, ${ms} ms)`;
  } catch (error) {
    if (!(error instanceof ContactError)) throw error;
    // Whoever comes as far as the shell, or is told why there is none, has been let in.
    if (isTaken || error.stage === 'shell')
      return `${host.id} takes it, and then fails: ${error.message}`;
    throw refusal(host.id, error);
  } finally {
    await backgroundDone();
    await ways.relays.close();
  }
}

/** A command that does nothing: the shell for it opens only to whom the host lets in. */
async function openShell(
  session: Session,
  isEndpoint: boolean,
  signal: AbortSignal,
): Promise<void> {
  const job: Job = isEndpoint
    ? { kind: 'powershell', script: '$null\n', command: { name: 'Exit-PSSession', parameters: {} } }
    : { kind: 'cmd', command: 'rem' };
  for await (const _ of session.run(job, signal)) return;
}

function refusal(host: string, cause: ContactError): PatchwhyError {
  const { stage, code, message } = cause;
  const isRefused = isRefusal(cause);
  return new PatchwhyError(
    isRefused ? 'credentials.refused' : `contact.${stage}`,
    `${host}: ${message} (${stage} ${code})`,
    isRefused
      ? 'it was tried once; try no more often than the lock-out policy allows'
      : `the credential was not proven: ${stage === 'auth' ? 'it was not sent' : 'the host was not reached'}`,
    { cause, exitCode: isRefused ? 6 : 5 },
  );
}
