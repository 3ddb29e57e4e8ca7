/** What a scan looks at, and through what: an inventory, hosts by name, or stored documents. */
import { hash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { PatchwhyError } from '../core/error.ts';
import type { RunInfo } from '../core/event.ts';
import { missingCredential, type Host } from '../core/host.ts';
import { credentialFromFlags, type CredentialSpec } from '../credentials/credential-spec.ts';
import { CredentialGate } from '../credentials/gate.ts';
import { resolveCredentials } from '../credentials/resolve-credential.ts';
import { hostsFromArguments } from '../inventory/from-arguments.ts';
import { parseInventory } from '../inventory/parse-inventory.ts';
import { selectHosts } from '../inventory/patterns.ts';
import { type Method, remoteSource } from '../sources/remote.ts';
import type { Source } from '../sources/source.ts';
import { openStored } from '../sources/stored.ts';
import type { Asked } from '../store/archive.ts';
import { Names } from '../transports/names.ts';
import { backgroundDone } from '../transports/winrm/background.ts';
import { stateFolder } from '../store/state-folder.ts';
import { TrustedCertificates } from '../store/trusted-certificates.ts';
import { withCarried } from './carried-hosts.ts';
import { readNamedFile } from './named-file.ts';
import type { NoticeBoard } from './notice-board.ts';
import { secretIo } from './secret-io.ts';
import { methodOf, type ScanArguments } from './scan-options.ts';
import { withSshConfig } from './ssh-config.ts';
import { runOrPath } from './stored-run.ts';
import { transports } from './transports.ts';

export interface Targets {
  readonly source: RunInfo['source'];
  /** The file or folder as the user gave it. */
  readonly inventory?: string;
  /** Short, for the top line of the screen. */
  readonly title: string;
  readonly hosts: readonly Host[];
  /** Resolves the secrets that these hosts need, then gives what contacts them. */
  readonly open: (hosts: readonly Host[], notices: NoticeBoard) => Promise<Source>;
  readonly threshold?: number;
  /** Sentences to say at the start of the run. */
  readonly notices: readonly string[];
  /** What two runs must not contact at the same time; absent when nothing is contacted. */
  readonly fleet?: string;
  /** What an interrupted run needs to go on; absent when nothing is contacted. */
  readonly asked?: Pick<Asked, 'inventories' | 'patterns' | 'user'>;
}

/** The flags that say whom to ask, and as whom. */
export type TargetArguments = Pick<
  ScanArguments,
  'hosts' | 'inventory' | 'user' | 'password' | 'input' | 'trust-first-use'
> &
  Partial<Pick<ScanArguments, 'limit' | 'evidence' | 'method'>>;

interface Wish {
  readonly argv: TargetArguments;
  readonly hostMs: number | undefined;
  readonly method: Method | undefined;
}

const STDIN = '-';

/** The credential of hosts given by name. */
const FLAGS_CREDENTIAL = 'command line';

/** `hostMs` is the limit for one host, where there is one. */
export async function findTargets(argv: TargetArguments, hostMs?: number): Promise<Targets> {
  const named = argv.hosts ?? [];
  const method = argv.method === undefined ? undefined : methodOf(argv.method);
  const wish: Wish = { argv, hostMs, method };
  if (argv.evidence !== undefined || argv.inventory !== undefined) refuseAccount(argv);
  const patterns = [named.join(','), argv.limit ?? ''].filter((pattern) => pattern !== '');
  if (argv.evidence !== undefined) {
    if (argv.inventory !== undefined) {
      throw wrongUse(
        '--evidence and --inventory do not go together',
        'stored documents need no inventory',
      );
    }
    return storedTargets(argv.evidence, patterns);
  }
  if (argv.inventory !== undefined) return inventoryTargets(wish, argv.inventory, patterns);
  if (named.length > 0) return namedTargets(wish, named);
  throw wrongUse(
    'no hosts to ask',
    'give -i INVENTORY, host names, or --evidence PATH; to see it work first: patchwhy demo',
  );
}

/** An account on the command line that nobody would use must not look as if it were used. */
function refuseAccount({ user, password, inventory }: TargetArguments): void {
  if (user === undefined && password === undefined) return;
  const flag = user === undefined ? '--password' : '--user';
  throw wrongUse(
    `${flag} does not go together with ${inventory === undefined ? '--evidence' : 'an inventory'}`,
    inventory === undefined
      ? 'stored documents are read without signing in'
      : 'its credentials say as whom: change them there, or give the hosts by name without -i',
  );
}

async function storedTargets(
  paths: readonly string[],
  patterns: readonly string[],
): Promise<Targets> {
  const { hosts, source, notices } = await openStored(await Promise.all(paths.map(runOrPath)));
  return {
    source: 'evidence',
    inventory: paths.join(', '),
    title: basename(resolve(paths[0] ?? '.')),
    hosts: limited(hosts, patterns),
    open: () => Promise.resolve(source),
    notices,
  };
}

function inventoryTargets(wish: Wish, file: string, patterns: readonly string[]): Targets {
  const text = readNamedFile(file);
  const inventory = parseInventory(text, file, readNamedFile);
  const hosts = withSshConfig(limited(inventory.hosts, patterns));
  return {
    source: 'inventory',
    inventory: file,
    title: basename(file),
    hosts,
    open: async (chosen, notices) =>
      withCarried(
        await remote(wish, chosen, inventory.credentials, notices),
        chosen,
        inventory.hosts,
        notices,
      ),
    notices: [...inventory.warnings.map(({ message }) => message), ...credentialGaps(hosts)],
    fleet: file === STDIN ? `stdin ${hash('sha256', text)}` : realPath(file),
    asked: { inventories: file === STDIN ? [] : [resolve(file)], patterns },
    ...(inventory.recur !== undefined && { threshold: inventory.recur }),
  };
}

/** One fleet by whatever link it is named. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file); // a pipe, as from `<(command)`
  }
}

/** Said before contact: a fleet of which half is left out looks like a success otherwise. */
function credentialGaps(hosts: readonly Host[]): readonly string[] {
  const gaps = Map.groupBy(hosts, ({ reach }) => missingCredential(reach));
  return [...gaps].flatMap(([missing, without]) => {
    if (missing === undefined) return [];
    const shown = without.slice(0, SHOWN).map(({ id }) => id);
    const more = without.length > SHOWN ? ` and ${without.length - SHOWN} more` : '';
    return `${missing}: ${shown.join(', ')}${more}; not contacted, give "credential:" in the inventory`;
  });
}

const SHOWN = 5;

function namedTargets(wish: Wish, names: readonly string[]): Targets {
  const { argv } = wish;
  const user = argv.user ?? process.env['PATCHWHY_USER'];
  if (user === undefined) {
    throw wrongUse(
      'no account to sign in with',
      String.raw`add --user 'DOMAIN\user', or give an inventory with -i FILE`,
    );
  }
  const spec = credentialFromFlags(FLAGS_CREDENTIAL, user, {
    password: argv.password ?? 'prompt',
    folder: process.cwd(),
  });
  const all = hostsFromArguments(names, { credential: FLAGS_CREDENTIAL }, readNamedFile);
  const hosts = limited(all, argv.limit === undefined ? [] : [argv.limit]);
  return {
    source: 'hosts',
    title: hosts.length === 1 ? (hosts[0]?.id ?? '') : `${hosts.length} hosts`,
    hosts,
    open: (chosen, notices) => remote(wish, chosen, new Map([[FLAGS_CREDENTIAL, spec]]), notices),
    notices: [],
    asked: { inventories: [], patterns: [], user },
  };
}

/** Hosts that all of the patterns mean. */
export function limited(hosts: readonly Host[], patterns: readonly string[]): readonly Host[] {
  return patterns.reduce((left, pattern) => selectHosts(left, pattern, readNamedFile), hosts);
}

/** Resolves the secrets the hosts need, then makes the source that contacts them. */
async function remote(
  { argv, hostMs, method }: Wish,
  hosts: readonly Host[],
  credentials: ReadonlyMap<string, CredentialSpec>,
  notices: NoticeBoard,
): Promise<Source> {
  const servers = dnsServers();
  const names = new Names(servers === undefined ? {} : { servers });
  const logons = await resolveCredentials(hosts, credentials, secretIo(argv.input, credentials));
  const gates = new Map([...credentials.keys()].map((name) => [name, new CredentialGate(name)]));
  const firstUse = argv['trust-first-use']
    ? new TrustedCertificates(stateFolder(process.env), (place, sha256) => {
        const text = `trusted for the first time: ${place}, SHA-256 ${sha256}; compare it on the host`;
        notices.add('warning', 'tls.first-use', text);
      })
    : undefined;
  const ways = transports({ names, logons, gates }, firstUse);
  return remoteSource({
    names,
    transports: ways,
    logons,
    gates,
    close: async () => {
      await backgroundDone();
      await ways.relays.close();
    },
    now: () => new Date(),
    ...(method !== undefined && { method }),
    ...(hostMs !== undefined && { hostMs }),
  });
}

/** DNS servers other than the system's, as `PATCHWHY_DNS` names them. */
export function dnsServers(): readonly string[] | undefined {
  return process.env['PATCHWHY_DNS']?.split(',');
}

function wrongUse(message: string, hint: string): PatchwhyError {
  return new PatchwhyError('use', message, hint);
}
