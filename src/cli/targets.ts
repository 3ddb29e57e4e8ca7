/** What a scan looks at, and through what: an inventory, hosts by name, or stored documents. */
import { basename, resolve } from 'node:path';
import { PatchwhyError } from '../core/error.ts';
import type { RunInfo } from '../core/event.ts';
import type { Host } from '../core/host.ts';
import { askPassword } from '../credentials/ask-password.ts';
import { credentialFromFlags, type CredentialSpec } from '../credentials/credential-spec.ts';
import { CredentialGate } from '../credentials/gate.ts';
import { resolveCredentials, type SecretIo } from '../credentials/resolve-credential.ts';
import { hostsFromArguments } from '../inventory/from-arguments.ts';
import { parseInventory } from '../inventory/parse-inventory.ts';
import { selectHosts } from '../inventory/patterns.ts';
import { remoteSource } from '../sources/remote.ts';
import type { Source } from '../sources/source.ts';
import { openStored } from '../sources/stored.ts';
import type { Asked } from '../store/archive.ts';
import { Names } from '../transports/names.ts';
import { backgroundDone } from '../transports/winrm/background.ts';
import { readNamedFile } from './named-file.ts';
import type { ScanArguments } from './scan-options.ts';
import { transports } from './transports.ts';

export interface Targets {
  readonly source: RunInfo['source'];
  /** The file or folder as the user gave it. */
  readonly inventory?: string;
  /** Short, for the top line of the screen. */
  readonly title: string;
  readonly hosts: readonly Host[];
  /** Resolves the secrets that these hosts need, then gives what contacts them. */
  readonly open: (hosts: readonly Host[]) => Promise<Source>;
  readonly threshold?: number;
  /** Sentences to say at the start of the run. */
  readonly notices: readonly string[];
  /** What two runs must not contact at the same time; absent when nothing is contacted. */
  readonly fleet?: string;
  /** What an interrupted run needs to go on; absent when nothing is contacted. */
  readonly asked?: Pick<Asked, 'inventories' | 'patterns' | 'user'>;
}

interface Wish {
  readonly argv: ScanArguments;
  readonly hostMs: number | undefined;
}

const STDIN = '-';

/** The credential of hosts given by name. */
const FLAGS_CREDENTIAL = 'command line';

/** `hostMs` is the limit for one host, where there is one. */
export async function findTargets(argv: ScanArguments, hostMs?: number): Promise<Targets> {
  const named = argv.hosts ?? [];
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
  if (argv.inventory !== undefined)
    return inventoryTargets({ argv, hostMs }, argv.inventory, patterns);
  if (named.length > 0) return namedTargets({ argv, hostMs }, named);
  throw wrongUse(
    'no hosts to ask',
    'give -i INVENTORY, host names, or --evidence PATH; to see it work first: patchwhy demo',
  );
}

async function storedTargets(
  paths: readonly string[],
  patterns: readonly string[],
): Promise<Targets> {
  const { hosts, source, notices } = await openStored(paths);
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
  const inventory = parseInventory(readNamedFile(file), file, readNamedFile);
  const hosts = limited(inventory.hosts, patterns);
  return {
    source: 'inventory',
    inventory: file,
    title: basename(file),
    hosts,
    open: (chosen) => remote(wish, chosen, inventory.credentials),
    notices: inventory.warnings.map(({ message }) => message),
    fleet: resolve(file),
    asked: { inventories: file === STDIN ? [] : [resolve(file)], patterns },
    ...(inventory.recur !== undefined && { threshold: inventory.recur }),
  };
}

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
    password: argv.password,
    folder: process.cwd(),
  });
  const all = hostsFromArguments(names, { credential: FLAGS_CREDENTIAL }, readNamedFile);
  const hosts = limited(all, argv.limit === undefined ? [] : [argv.limit]);
  return {
    source: 'hosts',
    title: hosts.length === 1 ? (hosts[0]?.id ?? '') : `${hosts.length} hosts`,
    hosts,
    open: (chosen) => remote(wish, chosen, new Map([[FLAGS_CREDENTIAL, spec]])),
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
  { argv, hostMs }: Wish,
  hosts: readonly Host[],
  credentials: ReadonlyMap<string, CredentialSpec>,
): Promise<Source> {
  const servers = process.env['PATCHWHY_DNS']?.split(',');
  return remoteSource({
    names: new Names(servers === undefined ? {} : { servers }),
    transports: transports(),
    close: backgroundDone,
    logons: await resolveCredentials(hosts, credentials, secretIo(argv.input)),
    gates: new Map([...credentials.keys()].map((name) => [name, new CredentialGate(name)])),
    now: () => new Date(),
    ...(hostMs !== undefined && { hostMs }),
  });
}

function secretIo(mayAsk: boolean): SecretIo {
  const { stdin, stderr, env } = process;
  if (!mayAsk || !stdin.isTTY || !stderr.isTTY) return { env };
  return { env, ask: (question) => askPassword(question, stdin, stderr) };
}

function wrongUse(message: string, hint: string): PatchwhyError {
  return new PatchwhyError('use', message, hint);
}
