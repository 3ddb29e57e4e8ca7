/** `patchwhy scan HOST…`: hosts without an inventory. */
import { PatchwhyError } from '../core/error.ts';
import type { Host, Limits, WinrmSettings } from '../core/host.ts';
import { hostId } from '../core/host.ts';
import { plainList } from './members.ts';
import type { ReadFile } from './members.ts';
import { RANGE_HINT, expandRanges } from './ranges.ts';
import { DEFAULT_LIMITS, DEFAULT_WINRM } from './reach.ts';

export interface ArgumentDefaults {
  /** Name of the credential that all of them use. */
  readonly credential: string | undefined;
  readonly winrm?: Partial<WinrmSettings>;
  readonly limits?: Partial<Limits>;
}

/**
 * Names, addresses and ranges, `@file` and `-` (stdin, asked of `readFile` as `-`) to hosts; a name given twice
 * counts once. Throws `inventory.bad-range` or `inventory.empty` (exit 2), and what `readFile` throws.
 */
export function hostsFromArguments(
  names: readonly string[],
  { credential, winrm, limits }: ArgumentDefaults,
  readFile: ReadFile,
): readonly Host[] {
  const written = names.flatMap((name) => writtenIn(name, readFile));
  const hosts = new Map<string, Host>();
  const reach = {
    kind: 'winrm',
    credential,
    winrm: { ...DEFAULT_WINRM, ...winrm },
    via: [],
  } as const;
  for (const name of written.flatMap(expand)) {
    if (hosts.has(name.toLowerCase())) continue;
    hosts.set(name.toLowerCase(), {
      id: hostId(name),
      address: name,
      labels: {},
      reach,
      limits: { ...DEFAULT_LIMITS, ...limits },
    });
  }
  if (hosts.size === 0)
    throw new PatchwhyError(
      'inventory.empty',
      'no hosts were given',
      'name some: patchwhy scan HOST…',
    );
  return [...hosts.values()];
}

function writtenIn(name: string, readFile: ReadFile): readonly string[] {
  if (name !== '-' && !name.startsWith('@')) return [name];
  return plainList(readFile(name === '-' ? name : name.slice(1))).map((line) => line.name);
}

function expand(name: string): readonly string[] {
  const expansion = expandRanges(name);
  if (expansion.kind === 'names') return expansion.names;
  throw new PatchwhyError(
    'inventory.bad-range',
    `${JSON.stringify(name)} ${expansion.reason}`,
    RANGE_HINT,
  );
}
